import { shellWord } from "../text/shell-word.ts";

/** What is run: the options as they were given. */
interface Asked {
  readonly spec: string;
  readonly study: string | null;
  readonly out: string;
}

/** A limit of time as sbatch takes it: minutes, or hours, minutes and seconds, or days before a dash. */
export const slurmTime: RegExp = /^(\d{1,3}-\d{1,2}(:\d{2}){0,2}|\d{1,6}|\d{1,4}(:\d{2}){1,2})$/;

/**
 * A script of Bash with a task of a job array for every shard; `study` is a name of the language. Started outside of Slurm it
 * submits the array and, behind it, the merge. A task that meets its limit of time is queued again while it makes progress.
 */
export function slurmScript(command: Asked, study: string, shards: number, time: string): string {
  const file = shellWord(command.spec.startsWith("-") ? `./${command.spec}` : command.spec);
  const out = shellWord(command.out.startsWith("-") ? `./${command.out}` : command.out);
  const chosen = command.study === null ? "" : ` --study ${study}`;
  return `#!/bin/bash
# Study ${study} in ${shards} ${shards === 1 ? "part" : "parts"}. Each part can be killed and goes on where it was.
#   bash study.sh      submits the array, and the merge as a job that depends on it
#   sbatch study.sh    submits the array alone
# OPTINC="npx optinc" names another program.
#SBATCH --job-name=optinc-${study}
#SBATCH --array=1-${shards}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --time=${time}
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=optinc-${study}-%a.log
# The script hears of the limit a minute before: it stops the program and queues the task again.
#SBATCH --signal=B:USR1@60

# The name of one program, or words: a program and its first arguments.
program=\${OPTINC:-optinc}
if command -v "$program" > /dev/null; then optinc=("$program"); else read -ra optinc <<< "$program"; fi

if [ "\${1:-}" = merge ]; then
  exec "\${optinc[@]}" study merge${chosen} ${file} ${out} -o ${out}
fi
if [ -z "\${SLURM_ARRAY_TASK_ID:-}" ]; then
  array=$(sbatch --parsable "$0") || exit
  merge="bash $(printf %q "$(realpath "$0")") merge"
  sbatch --dependency="afterok:\${array%%;*}" --kill-on-invalid-dep=yes --job-name=optinc-${study}-merge \\
    --output=optinc-${study}-merge.log --time=${time} --wrap "$merge"
  exit
fi

finished=${out}/finished/$SLURM_ARRAY_TASK_ID-of-${shards}.jsonl
lines() { if [ -e "$finished" ]; then wc -l < "$finished"; else echo 0; fi; }
before=$(lines)
# The program and what it starts form one process group. A signal reaches the whole group.
set -m
"\${optinc[@]}" study${chosen} ${file} -o ${out} \\
  --shard "$SLURM_ARRAY_TASK_ID/${shards}" --jobs "\${SLURM_CPUS_PER_TASK:-1}" --resume &
group=$!
limit=
trap 'limit=yes; kill -TERM -- "-$group"' USR1
trap 'kill -TERM -- "-$group"' TERM
wait "$group"
while kill -0 -- "-$group" 2> /dev/null; do wait "$group"; sleep 0.1; done
wait "$group"
code=$?
if [ -n "$limit" ] && [ "$code" -ne 0 ]; then
  if [ "$(lines)" -gt "$before" ]; then scontrol requeue "\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID" && exit; fi
  echo "no point is finished within --time=${time}: give the tasks more time" >&2
fi
exit "$code"
`;
}
