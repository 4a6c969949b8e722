/** Words of a shell, quoted where it would read them otherwise. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) && !word.startsWith("-") ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** What is run: the options as they were given. */
interface Asked {
  readonly spec: string;
  readonly study: string | null;
  readonly out: string;
}

/** An sbatch script of an array with a task for every shard; `study` is a name of the language. */
export function slurmScript(command: Asked, study: string, shards: number): string {
  const file = quoted(command.spec.startsWith("-") ? `./${command.spec}` : command.spec);
  const out = quoted(command.out.startsWith("-") ? `./${command.out}` : command.out);
  const chosen = command.study === null ? "" : ` --study ${study}`;
  return `#!/bin/bash
# Study ${study} in ${shards} ${shards === 1 ? "part" : "parts"}, each of which can be killed and goes on where it was:
#   sbatch study.sh
# When all are done, on any machine that sees the results:
#   optinc study merge${chosen} ${file} ${out} -o ${out}
#SBATCH --job-name=optinc-${study}
#SBATCH --array=1-${shards}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=optinc-${study}-%a.log
# The program is asked to stop a minute before the limit of time, and keeps what is finished.
#SBATCH --signal=B:TERM@60

exec "\${OPTINC:-optinc}" study${chosen} ${file} -o ${out} \\
  --shard "\${SLURM_ARRAY_TASK_ID}/${shards}" --jobs "\${SLURM_CPUS_PER_TASK:-1}" --resume
`;
}
