import { KCL_3 } from '../kcl.js';
import { leaseTable } from '../lease-table.js';

export default (services) => leaseTable(services, KCL_3);
