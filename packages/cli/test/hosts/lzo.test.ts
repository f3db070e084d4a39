import { describeKind } from './describe-kind.ts';
import { kindNamed } from './kinds.ts';

describeKind(kindNamed('type 2, lzo'));
