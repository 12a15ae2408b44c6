import { KCL_2 } from '../kcl.js';
import { leaseTable } from '../lease-table.js';

export default (services) => leaseTable(services, KCL_2);
