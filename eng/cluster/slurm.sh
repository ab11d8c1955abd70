#!/usr/bin/env bash
#SBATCH --job-name=mlnetser
#SBATCH --array=0-19
#SBATCH --cpus-per-task=8
#SBATCH --mem=32G
#SBATCH --time=24:00:00
#SBATCH --requeue
# One part of the trainings in each task of a job array; --output must be a folder that all of them see.
#   dotnet build -c Release src/Cli
#   sbatch eng/cluster/slurm.sh reproduce --corpus iemocap=/data/IEMOCAP_full_release --corpus msp-improv=/data/MSP-IMPROV --encoder conformer.onnx --output /scratch/out
# The task that ends last makes the tables. Killed or failed? Submit the same line again: what is whole is not run again.
# Another size: sbatch --array=0-99 ...; some tasks of an array of 20 only: sbatch --array=3,7 ... --shard-count 20.
set -euo pipefail
case " $* " in
    *" --threads"*) threads=() ;;
    *) threads=(--threads "${SLURM_CPUS_PER_TASK:-0}") ;;
esac
exec dotnet "${MLNETSER:-src/Cli/bin/Release/net10.0/mlnetser.dll}" "$@" "${threads[@]}"
