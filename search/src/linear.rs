//! The little linear algebra that models need: symmetric matrices, of some hundreds of rows at the most.
//!
//! Written out here because results must be the same on every machine, and libraries pick their order of summation
//! by the processor.

use std::ops::{Index, IndexMut};

/// A square matrix, row after row.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    size: usize,
    numbers: Vec<f64>,
}

impl Matrix {
    /// All zeros.
    pub fn zeros(size: usize) -> Self {
        Self { size, numbers: vec![0.0; size * size] }
    }

    /// Ones on the diagonal.
    pub(crate) fn identity(size: usize) -> Self {
        let mut identity = Self::zeros(size);
        for index in 0..size {
            identity[(index, index)] = 1.0;
        }
        identity
    }

    /// Row number `row`.
    pub(crate) fn row(&self, row: usize) -> &[f64] {
        &self.numbers[row * self.size..(row + 1) * self.size]
    }

    /// The lower triangle L with L Lᵀ = self, which is symmetric; nothing if it is not positive definite.
    pub(crate) fn cholesky(&self) -> Option<Self> {
        let mut lower = Self::zeros(self.size);
        for i in 0..self.size {
            for j in 0..=i {
                let rest = self[(i, j)] - dot(&lower.row(i)[..j], &lower.row(j)[..j]);
                if i == j {
                    if rest.is_nan() || rest <= 0.0 {
                        return None;
                    }
                    lower[(i, i)] = rest.sqrt();
                } else {
                    lower[(i, j)] = rest / lower[(j, j)];
                }
            }
        }
        Some(lower)
    }

    /// x with self x = right, self being a lower triangle.
    pub(crate) fn solve_lower(&self, right: &[f64]) -> Vec<f64> {
        let mut x = Vec::with_capacity(self.size);
        for (i, right) in right.iter().enumerate() {
            let rest = right - dot(&self.row(i)[..i], &x);
            x.push(rest / self[(i, i)]);
        }
        x
    }

    /// x with selfᵀ x = right, self being a lower triangle.
    pub(crate) fn solve_lower_transposed(&self, right: &[f64]) -> Vec<f64> {
        let mut x = right.to_vec();
        for i in (0..self.size).rev() {
            x[i] /= self[(i, i)];
            let own = x[i];
            for (x, factor) in x[..i].iter_mut().zip(self.row(i)) {
                *x -= factor * own;
            }
        }
        x
    }

    /// The inverse of L Lᵀ, self being the lower triangle L.
    pub(crate) fn inverse_of_product(&self) -> Self {
        // Row i of `inverse` is column i of L⁻¹, which is zero before i.
        let mut inverse = Self::zeros(self.size);
        for i in 0..self.size {
            inverse[(i, i)] = 1.0 / self[(i, i)];
            for k in i + 1..self.size {
                let sum = dot(&self.row(k)[i..k], &inverse.row(i)[i..k]);
                inverse[(i, k)] = -sum / self[(k, k)];
            }
        }
        let mut product = Self::zeros(self.size);
        for i in 0..self.size {
            for j in 0..=i {
                product[(i, j)] = dot(&inverse.row(i)[i..], &inverse.row(j)[i..]);
                product[(j, i)] = product[(i, j)];
            }
        }
        product
    }

    /// The eigenvalues and, as columns, the eigenvectors of a symmetric matrix, by the rotations of Jacobi.
    pub fn eigen(&self) -> (Vec<f64>, Self) {
        let size = self.size;
        let (mut a, mut vectors) = (self.clone(), Self::identity(size));
        let scale: f64 = self.numbers.iter().map(|number| number * number).sum();
        for _ in 0..SWEEPS {
            let off: f64 = (0..size).flat_map(|i| (0..i).map(move |j| (i, j))).map(|at| a[at] * a[at]).sum();
            if off <= scale * f64::EPSILON * f64::EPSILON {
                break;
            }
            for (p, q) in (0..size).flat_map(|p| (p + 1..size).map(move |q| (p, q))) {
                if a[(p, q)] != 0.0 {
                    a.rotate(&mut vectors, p, q);
                }
            }
        }
        ((0..size).map(|index| a[(index, index)]).collect(), vectors)
    }

    /// Makes the numbers at (p, q) and (q, p) vanish.
    fn rotate(&mut self, vectors: &mut Self, p: usize, q: usize) {
        let slope = (self[(q, q)] - self[(p, p)]) / (2.0 * self[(p, q)]);
        let tangent = slope.signum() / (slope.abs() + slope.hypot(1.0));
        let cosine = 1.0 / tangent.hypot(1.0);
        let sine = tangent * cosine;
        let turn = |a: f64, b: f64| (cosine * a - sine * b, sine * a + cosine * b);
        for k in 0..self.size {
            (self[(k, p)], self[(k, q)]) = turn(self[(k, p)], self[(k, q)]);
            (vectors[(k, p)], vectors[(k, q)]) = turn(vectors[(k, p)], vectors[(k, q)]);
        }
        for k in 0..self.size {
            (self[(p, k)], self[(q, k)]) = turn(self[(p, k)], self[(q, k)]);
        }
    }
}

/// Jacobi's method converges quadratically; ten sweeps are many.
const SWEEPS: u32 = 50;

impl Index<(usize, usize)> for Matrix {
    type Output = f64;

    fn index(&self, (row, column): (usize, usize)) -> &f64 {
        &self.numbers[row * self.size + column]
    }
}

impl IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (row, column): (usize, usize)) -> &mut f64 {
        &mut self.numbers[row * self.size + column]
    }
}

/// The inner product, in four sums that the processor can do side by side.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (fours, rest) = a.as_chunks::<4>();
    let (other_fours, other_rest) = b.as_chunks::<4>();
    for (a, b) in fours.iter().zip(other_fours) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = rest.iter().zip(other_rest).map(|(a, b)| a * b).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A Aᵀ + I, which is positive definite.
    fn definite(size: usize, numbers: &[f64]) -> Matrix {
        let row = |row: usize| &numbers[row * size..(row + 1) * size];
        let mut matrix = Matrix::identity(size);
        for i in 0..size {
            for j in 0..size {
                matrix[(i, j)] += dot(row(i), row(j));
            }
        }
        matrix
    }

    fn times(matrix: &Matrix, vector: &[f64]) -> Vec<f64> {
        (0..matrix.size).map(|row| dot(matrix.row(row), vector)).collect()
    }

    fn close(a: &[f64], b: &[f64]) -> bool {
        a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-9 * (1.0 + a.abs()))
    }

    proptest! {
        #[test]
        fn factors_solve_and_invert(size in 1_usize..7, numbers in prop::collection::vec(-2.0..2.0, 36)) {
            let matrix = definite(size, &numbers);
            let right = &numbers[..size];
            let lower = matrix.cholesky().expect("positive definite");
            let solution = lower.solve_lower_transposed(&lower.solve_lower(right));
            prop_assert!(close(&times(&matrix, &solution), right));
            prop_assert!(close(&times(&lower.inverse_of_product(), right), &solution));
        }

        #[test]
        fn eigenvectors_are_stretched(size in 1_usize..7, numbers in prop::collection::vec(-2.0..2.0, 36)) {
            let matrix = definite(size, &numbers);
            let (values, vectors) = matrix.eigen();
            for (index, value) in values.iter().enumerate() {
                let vector: Vec<f64> = (0..size).map(|row| vectors[(row, index)]).collect();
                let stretched: Vec<f64> = vector.iter().map(|number| number * value).collect();
                prop_assert!(close(&times(&matrix, &vector), &stretched));
                prop_assert!((dot(&vector, &vector) - 1.0).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn what_is_not_positive_definite_has_no_factor() {
        assert_eq!(Matrix::zeros(2).cholesky(), None);
        let mut matrix = Matrix::identity(2);
        matrix[(1, 1)] = f64::NAN;
        assert_eq!(matrix.cholesky(), None);
        assert_eq!(Matrix::identity(0).eigen().0, [0.0; 0]);
    }
}
