import { type Deviations } from './harness/target.js';

export const KINESALITE: Deviations = {};

export const KINESIS_LOCAL: Deviations = {};

export const FERROKINESIS: Deviations = {};

export const MOTO: Deviations = {};
