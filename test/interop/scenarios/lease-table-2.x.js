import { KCL_2 } from '../kcl.js';
import { thereAndBack } from '../lease-table.js';

/** With positions that a KCL can count, and with others. */
export default async (services) => [
  ...(await thereAndBack(services, KCL_2, 'kpl')),
  ...(await thereAndBack(services, KCL_2, 'other')),
];
