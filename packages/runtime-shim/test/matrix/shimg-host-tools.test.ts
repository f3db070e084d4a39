import { shImgByHostTools } from './images.ts';
import { describeColumn } from './matrix.ts';

describeColumn(shImgByHostTools);
