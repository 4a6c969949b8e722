/* Sums each process's row of integers with MPI_Allreduce; every process writes what it holds to FILE.<rank>.
   Input: a binary file of int64, [processes][length], native byte order. */
#include <inttypes.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  int rank, size;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  if (argc != 3) MPI_Abort(MPI_COMM_WORLD, 2);
  long length = atol(argv[2]);
  int64_t *row = malloc(length * sizeof *row), *sum = malloc(length * sizeof *sum);
  FILE *file = fopen(argv[1], "rb");
  if (row == NULL || sum == NULL || file == NULL) MPI_Abort(MPI_COMM_WORLD, 3);
  if (fseek(file, (long)(rank * length * sizeof *row), SEEK_SET) != 0) MPI_Abort(MPI_COMM_WORLD, 4);
  if (fread(row, sizeof *row, length, file) != (size_t)length) MPI_Abort(MPI_COMM_WORLD, 5);
  fclose(file);
  MPI_Allreduce(row, sum, (int)length, MPI_INT64_T, MPI_SUM, MPI_COMM_WORLD);
  char name[4096];
  snprintf(name, sizeof name, "%s.%d", argv[1], rank);
  file = fopen(name, "wb");
  if (file == NULL || fwrite(sum, sizeof *sum, length, file) != (size_t)length) MPI_Abort(MPI_COMM_WORLD, 6);
  fclose(file);
  MPI_Finalize();
  return 0;
}
