import { quoteExecArgument } from '@appimage-js/format';
import { type LauncherWay, launcherWords } from './launch.ts';

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
  '.home': [
    'Open Portable Home',
    'Portablen persönlichen Ordner öffnen',
    'Ouvrir le dossier personnel portable',
    'Abrir la carpeta personal portátil',
    'Apri la cartella personale portatile',
    'Abrir a pasta pessoal portátil',
    'Draagbare persoonlijke map openen',
    'Otwórz przenośny katalog domowy',
    'Открыть переносимую домашнюю папку',
    'ポータブルホームを開く',
    '打开便携主目录',
    '휴대용 홈 폴더 열기',
    'Taşınabilir ev klasörünü aç',
  ],
  '.config': [
    'Open Portable Settings',
    'Portablen Einstellungsordner öffnen',
    'Ouvrir le dossier de configuration portable',
    'Abrir la carpeta de configuración portátil',
    'Apri la cartella delle impostazioni portatile',
    'Abrir a pasta de configurações portátil',
    'Draagbare instellingenmap openen',
    'Otwórz przenośny katalog ustawień',
    'Открыть переносимую папку настроек',
    'ポータブル設定を開く',
    '打开便携设置目录',
    '휴대용 설정 폴더 열기',
    'Taşınabilir ayarlar klasörünü aç',
  ],
} as const;

/** Folders beside an image that its runtime gives it in place of the user's own, by what their names end with. */
export const PORTABLE_FOLDERS = ['.home', '.config'] as const;

/** What {@link addedActions} needs to know. */
export interface AddedActionsRequest {
  readonly path: string;
  readonly id: string;
  /** Absolute path of the launcher: what these do, and what they can not do, is told by it. */
  readonly launcher: string;
  /** Words that start this toolkit's command. */
  readonly command: readonly string[];
  readonly canUpdate: boolean;
  /** Whether the entry, and hence each of its actions, is started in a terminal. */
  readonly isTerminal: boolean;
  /** Those of {@link PORTABLE_FOLDERS} that are there. */
  readonly portable: readonly (typeof PORTABLE_FOLDERS)[number][];
}

/** What the ids of added actions begin with, and none of an image's own does. */
export const OWN_ACTION = 'AppImageJs';

/** The actions that this toolkit carries out. */
export function addedActions({
  path,
  command,
  canUpdate,
  isTerminal,
  portable,
  ...by
}: AddedActionsRequest): AddedAction[] {
  const exec = (way: LauncherWay | undefined, ...words: string[]) =>
    launcherWords(by, words, way).map(quoteExecArgument).join(' ');
  const ids = { '.home': 'AppImageJsHome', '.config': 'AppImageJsConfig' };
  const update = { id: 'AppImageJsUpdate', names: named('update'), exec: exec('--report', ...command, 'update', path) };
  return [
    ...(canUpdate ? [update] : []),
    {
      id: 'AppImageJsSandbox',
      names: named('sandbox'),
      exec: exec(isTerminal ? '--terminal' : undefined, ...command, 'run', '--sandbox', path),
    },
    ...portable.map((each) => ({ id: ids[each], names: named(each), exec: exec(undefined, 'xdg-open', path + each) })),
    {
      id: 'AppImageJsRemove',
      names: named('remove'),
      exec: exec('--report', ...command, 'remove', '--yes', path),
    },
  ];
}

function named(key: keyof typeof NAMES): ReadonlyMap<string | null, string> {
  return new Map(LOCALES.map((locale, index) => [locale, NAMES[key][index] as string]));
}
