import { describeMatrix } from './enhancer-matrix/describe-matrix.js';
import { type MatrixRun, runMatrix } from './enhancer-matrix/run.js';

let run: MatrixRun;

beforeAll(async () => {
  run = await runMatrix();
});

describeMatrix(() => run);
