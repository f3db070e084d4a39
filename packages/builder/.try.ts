import { buildAppImage } from '@appimage-js/builder';

const t = performance.now();
try {
  const r = await buildAppImage({
    appDir: process.argv[2]!,
    output: process.argv[3]!,
    arch: process.argv[4] ?? 'x86_64',
  });
  console.log(JSON.stringify(r, null, 1));
} catch (e) {
  console.log(e, JSON.stringify(e));
}
console.log('ms', performance.now() - t);
