import type { VariantDescription } from '../variant.js';
import { AWS_KINESIS_AGG } from './aws-kinesis-agg.js';
import { LIFION_KINESIS } from './lifion-kinesis.js';
import { OUR_VARIANTS } from './ours.js';
import { SDK_VARIANTS } from './sdk.js';

export const VARIANTS: readonly VariantDescription[] = [
  ...SDK_VARIANTS,
  AWS_KINESIS_AGG,
  LIFION_KINESIS,
  ...OUR_VARIANTS,
];
