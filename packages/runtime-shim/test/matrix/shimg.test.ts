import { shImg } from './images.ts';
import { describeColumn } from './matrix.ts';

describeColumn(shImg);
