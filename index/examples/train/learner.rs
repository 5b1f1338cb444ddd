//! Multinomial logistic regression by stochastic gradient descent with AdaGrad.

use index::{Model, ModelWeights};

use crate::examples::{Example, Outputs};

/// The number of rounds over all examples.
const ROUNDS: usize = 12;
/// The step of a weight that has not moved yet, in the first round and as a share of it in the last.
const STEP: f32 = 0.3;
const LAST_STEP: f32 = 0.1;
/// How strongly each step draws weights to zero.
const DECAY: f32 = 1e-4;
/// The step of a bias, as a share of that of a weight: biases belong to every question.
const BIAS_STEP: f32 = 0.1;
/// The sum of squared gradients of a weight that has not moved yet.
const NOT_MOVED: f32 = 1e-6;

/// Learns weights from examples. Deterministic.
pub(crate) fn learn(examples: &[&Example], outputs: &Outputs) -> ModelWeights {
    let (schemes, executors) = (outputs.schemes.len(), outputs.executors.len());
    let width = schemes + executors;
    let mut weights = vec![0.0_f32; Model::buckets() * width];
    let mut moved = vec![NOT_MOVED; Model::buckets() * width];
    let mut biases = vec![0.0_f32; width];
    let mut biases_moved = vec![NOT_MOVED; width];
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut random = Random(1);
    let mut sums = vec![0.0_f32; width];
    let mut gradient = vec![0.0_f32; width];
    for round in 0..ROUNDS {
        random.shuffle(&mut order);
        let step = STEP * (1.0 - (1.0 - LAST_STEP) * round as f32 / ROUNDS as f32);
        for number in &order {
            let example = examples[*number];
            let norm = 1.0 / (example.features.rows().len().max(1) as f32).sqrt();
            sums.fill(0.0);
            for feature in example.features.rows() {
                let row = &weights[feature as usize * width..][..width];
                sums.iter_mut().zip(row).for_each(|(sum, weight)| *sum += weight);
            }
            sums.iter_mut().zip(&biases).for_each(|(sum, bias)| *sum = *sum * norm + bias);
            gradient.fill(0.0);
            gradient_of(&sums[..schemes], &example.schemes, example.weight, &mut gradient[..schemes]);
            gradient_of(&sums[schemes..], &example.executors, example.weight, &mut gradient[schemes..]);
            for feature in example.features.rows() {
                let at = feature as usize * width;
                let (row, row_moved) = (&mut weights[at..][..width], &mut moved[at..][..width]);
                for ((weight, moved), gradient) in row.iter_mut().zip(row_moved).zip(&gradient) {
                    let gradient = gradient * norm + DECAY * *weight;
                    *moved += gradient * gradient;
                    *weight -= step * gradient / moved.sqrt();
                }
            }
            for ((bias, moved), gradient) in biases.iter_mut().zip(&mut biases_moved).zip(&gradient) {
                *moved += gradient * gradient;
                *bias -= step * BIAS_STEP * gradient / moved.sqrt();
            }
        }
    }
    let mut words: Vec<u32> = examples.iter().flat_map(|example| example.features.words()).collect();
    words.sort_unstable();
    words.dedup();
    quantised(outputs, words, &weights, &biases)
}

/// Adds the gradient of the cross-entropy.
fn gradient_of(logits: &[f32], wanted: &[(usize, f32)], weight: f32, gradient: &mut [f32]) {
    if wanted.is_empty() {
        return;
    }
    let highest = logits.iter().copied().fold(f32::MIN, f32::max);
    for (gradient, logit) in gradient.iter_mut().zip(logits) {
        *gradient = (logit - highest).exp();
    }
    let sum: f32 = gradient.iter().sum();
    gradient.iter_mut().for_each(|gradient| *gradient *= weight / sum);
    wanted.iter().for_each(|(output, share)| gradient[*output] -= weight * share);
}

/// Rounds weights to whole numbers of eight bits.
fn quantised(outputs: &Outputs, words: Vec<u32>, weights: &[f32], biases: &[f32]) -> ModelWeights {
    let mut sizes: Vec<f32> = weights.iter().map(|weight| weight.abs()).filter(|size| *size > 0.0).collect();
    sizes.sort_unstable_by(f32::total_cmp);
    // A few extreme weights are cut off, so that the others keep more of their digits.
    let largest = sizes.get(sizes.len() * 9995 / 10000).copied().unwrap_or(1.0);
    let scale = largest / 127.0;
    ModelWeights {
        schemes: outputs.schemes.clone(),
        executors: outputs.executors.clone(),
        words,
        scale,
        biases: biases.iter().map(|bias| (bias / scale).round() as i32).collect(),
        rows: weights
            .iter()
            .map(|weight| (weight / scale).round().clamp(-127.0, 127.0) as i8)
            .collect(),
    }
}

/// A small generator of pseudo-random numbers (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn shuffle(&mut self, order: &mut [usize]) {
        for at in (1..order.len()).rev() {
            order.swap(at, (self.next() % (at as u64 + 1)) as usize);
        }
    }
}
