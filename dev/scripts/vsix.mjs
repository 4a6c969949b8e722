// Packs dev/editors/vscode into build/optinc-VERSION.vsix: `npm run vsix`, `code --install-extension build/optinc-0.1.0.vsix`.
//
// A .vsix is an OPC package (a zip with [Content_Types].xml), a manifest and the extension below extension/. It is made here with
// fflate, because @vscode/vsce brings a signing tool that fetches programs when it is installed. The extension's one dependency, the
// client of the language server protocol, goes in with all that it needs, as npm has installed it here.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, posix } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { zipSync } from "fflate";

const root = fileURLToPath(new URL("../..", import.meta.url));
const source = join(root, "dev/editors/vscode");

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1).replaceAll("\\", "/"))
    .sort();
}

/** The folder of a package as a file of another one finds it. */
function packageFolder(name, from) {
  for (const folder of createRequire(from).resolve.paths(name)) {
    try {
      readFileSync(join(folder, name, "package.json"));
      return join(folder, name);
    } catch {
      // Further up.
    }
  }
  throw new Error(`${name} is not installed: npm ci`);
}

/** Every package that one needs, by the path that it gets: nested as npm nests them. */
function packagesFor(name, from, found) {
  const folder = packageFolder(name, from);
  const place = folder.slice(join(root, "x").length - 1).replaceAll("\\", "/");
  if (found.has(place)) return found;
  found.set(place, folder);
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const each of Object.keys(dependencies)) packagesFor(each, join(folder, "package.json"), found);
  return found;
}

/** What a program needs of a package: no types, maps, sources or tests. */
function isNeeded(file) {
  return !file.includes("node_modules/") && /(^|\/)(package\.json|LICENSE[^/]*|[^/]+\.c?js)$/i.test(file) && !/(^|\/)(test|tests|src)\//.test(file);
}

function xml(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);
}

function manifestOf({ name, displayName, description, version, publisher, engines, categories }) {
  return `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011" xmlns:d="http://schemas.microsoft.com/developer/vsx-schema-design/2011">
  <Metadata>
    <Identity Language="en-US" Id="${xml(name)}" Version="${xml(version)}" Publisher="${xml(publisher)}" />
    <DisplayName>${xml(displayName)}</DisplayName>
    <Description xml:space="preserve">${xml(description)}</Description>
    <Tags>optinc,__ext_optinc</Tags>
    <Categories>${xml(categories.join(","))}</Categories>
    <GalleryFlags>Public</GalleryFlags>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="${xml(engines.vscode)}" />
      <Property Id="Microsoft.VisualStudio.Code.ExtensionDependencies" Value="" />
      <Property Id="Microsoft.VisualStudio.Code.ExtensionPack" Value="" />
      <Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value="workspace" />
    </Properties>
    <License>extension/LICENSE.txt</License>
  </Metadata>
  <Installation>
    <InstallationTarget Id="Microsoft.VisualStudio.Code" />
  </Installation>
  <Dependencies />
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true" />
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true" />
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE.txt" Addressable="true" />
  </Assets>
</PackageManifest>
`;
}

const contentTypes = `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
  <Default Extension=".json" ContentType="application/json" />
  <Default Extension=".js" ContentType="application/javascript" />
  <Default Extension=".cjs" ContentType="application/javascript" />
  <Default Extension=".md" ContentType="text/markdown" />
  <Default Extension=".txt" ContentType="text/plain" />
  <Default Extension=".vsixmanifest" ContentType="text/xml" />
</Types>
`;

/** The bytes of the package, the same for the same files. */
export function makeVsix() {
  const about = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  const files = {
    "extension.vsixmanifest": Buffer.from(manifestOf(about)),
    "[Content_Types].xml": Buffer.from(contentTypes),
    "extension/LICENSE.txt": readFileSync(join(root, "LICENSE")),
  };
  for (const file of filesBelow(source)) files[`extension/${file}`] = readFileSync(join(source, file));
  const needed = packagesFor("vscode-languageclient", join(source, "extension.js"), new Map());
  for (const [place, folder] of [...needed].sort()) {
    for (const file of filesBelow(folder).filter(isNeeded)) {
      // A licence without an ending has no type in such a package.
      const name = /\.(js|cjs|json|md|txt)$/i.test(file) ? file : `${file}.txt`;
      files[posix.join("extension", place, name)] = readFileSync(join(folder, file));
    }
  }
  return { version: about.version, bytes: zipSync(files, { level: 9, mtime: new Date("1980-01-01T12:00:00Z") }) };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { version, bytes } = makeVsix();
  const path = join(root, `build/optinc-${version}.vsix`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  console.log(`wrote build/optinc-${version}.vsix, ${bytes.length} bytes`);
}
