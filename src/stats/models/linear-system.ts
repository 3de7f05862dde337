/** Small systems of linear equations, as fits make them. */

/** Below this a scaled pivot is rounding: the system has no single solution. */
const SINGULAR = 1e-13;

/**
 * Solution of a symmetric positive definite system, scaled so that parameters of very different size do no harm:
 * Gauss's elimination, which needs no pivoting there (Golub and Van Loan, Matrix Computations, 4.2).
 *
 * @param matrix rows of the left side  @returns null where the matrix is singular or not positive definite
 */
export function solveSymmetric(
  matrix: readonly (readonly number[])[],
  right: readonly number[],
): readonly number[] | null {
  const scales = matrix.map((row, index) => Math.sqrt(row[index] ?? 0));
  if (scales.some((scale) => !(scale > 0))) return null;
  const scaled = (value: number, i: number, j: number): number => value / (scales[i] ?? 1) / (scales[j] ?? 1);
  const rows = matrix.map((row, i) => [
    ...row.map((value, j) => scaled(value, i, j)),
    (right[i] ?? 0) / (scales[i] ?? 1),
  ]);
  for (const [column, pivot] of rows.entries()) {
    const size = pivot[column] ?? 0;
    if (!(size > SINGULAR)) return null;
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = (row[column] ?? 0) / size;
      for (const [index, value] of pivot.entries()) row[index] = (row[index] ?? 0) - factor * value;
    }
  }
  return rows.map((row, index) => (row.at(-1) ?? 0) / (row[index] ?? 1) / (scales[index] ?? 1));
}

/** Diagonal of the inverse of a symmetric positive definite matrix; null where it has none. */
export function inverseDiagonal(matrix: readonly (readonly number[])[]): readonly number[] | null {
  const diagonal: number[] = [];
  for (const [index] of matrix.entries()) {
    const column = solveSymmetric(
      matrix,
      matrix.map((_, other) => (other === index ? 1 : 0)),
    );
    if (column === null) return null;
    diagonal.push(column[index] ?? Number.NaN);
  }
  return diagonal;
}
