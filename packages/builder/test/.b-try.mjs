import { buildAppImage, convertAppImage } from '/work/main/packages/builder/src/index.ts';
const [, , fn, json] = process.argv;
try {
  const r = await (fn === 'build' ? buildAppImage : convertAppImage)(JSON.parse(json));
  console.log(JSON.stringify({size: r.size, payload: r.payload, notes: r.plan.notes, warnings: r.plan.warnings?.map(w=>w.message), fs: r.plan.firstStage}, null, 1));
} catch (e) { console.log('ERROR', e.code, e.message, e.code? '' : e.stack); }
