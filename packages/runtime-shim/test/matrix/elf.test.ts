import { elf } from './images.ts';
import { describeColumn } from './matrix.ts';

describeColumn(elf);
