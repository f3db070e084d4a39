import { quoteExecArgument } from '@appimage-js/format';

/** An entry that we add to the menu of every application. */
export interface AddedAction {
  readonly id: string;
  /** By locale; the untranslated one under null. */
  readonly names: ReadonlyMap<string | null, string>;
  /** The command line, quoted. */
  readonly exec: string;
}

const LOCALES = [null, 'de', 'fr', 'es', 'it', 'pt_BR', 'nl', 'pl', 'ru', 'ja', 'zh_CN', 'ko', 'tr'] as const;

/** In the order of {@link LOCALES}. */
const NAMES = {
  update: [
    'Update',
    'Aktualisieren',
    'Mettre à jour',
    'Actualizar',
    'Aggiorna',
    'Atualizar',
    'Bijwerken',
    'Zaktualizuj',
    'Обновить',
    '更新',
    '更新',
    '업데이트',
    'Güncelle',
  ],
  sandbox: [
    'Run in Sandbox',
    'In Sandbox starten',
    'Lancer dans un bac à sable',
    'Ejecutar en entorno aislado',
    'Avvia nella sandbox',
    'Executar em sandbox',
    'In sandbox starten',
    'Uruchom w piaskownicy',
    'Запустить в песочнице',
    'サンドボックスで実行',
    '在沙盒中运行',
    '샌드박스에서 실행',
    'Korumalı alanda çalıştır',
  ],
  remove: [
    'Move to Trash',
    'In den Papierkorb verschieben',
    'Mettre à la corbeille',
    'Mover a la papelera',
    'Sposta nel cestino',
    'Mover para a lixeira',
    'Naar prullenbak verplaatsen',
    'Przenieś do kosza',
    'Переместить в корзину',
    'ゴミ箱へ移動',
    '移到回收站',
    '휴지통으로 이동',
    'Çöpe taşı',
  ],
} as const;

/**
 * The actions that this toolkit's command carries out; the ids begin with our name, so that none of the application's can be the same.
 *
 * @param command words that start the command
 */
export function addedActions(
  command: readonly string[],
  path: string,
  { canUpdate }: { readonly canUpdate: boolean },
): AddedAction[] {
  const exec = (...words: string[]) => [...command, ...words, path].map(quoteExecArgument).join(' ');
  return [
    ...(canUpdate ? [{ id: 'AppImageJsUpdate', names: named('update'), exec: exec('update') }] : []),
    { id: 'AppImageJsSandbox', names: named('sandbox'), exec: exec('run', '--sandbox') },
    { id: 'AppImageJsRemove', names: named('remove'), exec: exec('remove', '--yes') },
  ];
}

function named(key: keyof typeof NAMES): ReadonlyMap<string | null, string> {
  return new Map(LOCALES.map((locale, index) => [locale, NAMES[key][index] as string]));
}
