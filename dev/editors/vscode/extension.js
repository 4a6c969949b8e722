"use strict";
const path = require("node:path");
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

/** The running server; none before a spec was opened. */
let client;

/** The setting, relative to the first folder of the workspace when it is a relative path and no bare name. */
function program() {
  const named = workspace.getConfiguration("optinc").get("path") || "optinc";
  const folder = workspace.workspaceFolders?.[0]?.uri.fsPath;
  return /[/\\]/.test(named) && !path.isAbsolute(named) && folder !== undefined ? path.join(folder, named) : named;
}

async function start() {
  const command = program();
  // On Windows npm's programs are .cmd files, which a shell alone starts.
  const options = { shell: process.platform === "win32" };
  client = new LanguageClient(
    "optinc",
    "optinc",
    { command, args: ["lsp"], options },
    {
      documentSelector: [{ language: "optinc" }],
      synchronize: { fileEvents: workspace.createFileSystemWatcher("**/*.{yaml,yml}") },
    },
  );
  await client.start();
}

async function activate(context) {
  context.subscriptions.push(
    workspace.onDidChangeConfiguration(async (event) => {
      if (!event.affectsConfiguration("optinc.path")) return;
      await deactivate();
      await start();
    }),
  );
  await start();
}

async function deactivate() {
  const running = client;
  client = undefined;
  await running?.stop();
}

module.exports = { activate, deactivate };
