/*
 * Categories of the menu. Desktop Menu Specification 1.1, "Category registry":
 * https://specifications.freedesktop.org/menu-spec/latest/category-registry.html
 */

/** By which one of them an application gets into a section of the menu. */
export const MAIN_CATEGORIES: ReadonlySet<string> = new Set(
  'AudioVideo Audio Video Development Education Game Graphics Network Office Science Settings System Utility'.split(
    ' ',
  ),
);

/** These must stand beside `AudioVideo`. */
export const NEEDS_AUDIO_VIDEO: ReadonlySet<string> = new Set(['Audio', 'Video']);

/** These have a meaning of their own in some desktops, and ask for `OnlyShowIn`. */
export const RESERVED_CATEGORIES: ReadonlySet<string> = new Set(['Screensaver', 'TrayIcon', 'Applet', 'Shell']);

/** Of files from before the specification. */
export const OLD_CATEGORIES: ReadonlySet<string> = new Set(['Application', 'Applications']);

/**
 * Additional categories by what should stand beside them: one of several, or, with `+`, several together. An empty list is
 * for those that go with any.
 */
const ADDITIONAL: Readonly<Record<string, string>> = {
  Development: 'Building Debugger IDE GUIDesigner Profiling RevisionControl Translation',
  Office: 'Calendar ContactManagement Chart Finance FlowChart PDA Presentation Spreadsheet WordProcessor',
  'Office Development AudioVideo': 'Database',
  'Office TextTools': 'Dictionary',
  'Office Network': 'Email',
  'Office Development': 'ProjectManagement',
  Graphics: '2DGraphics 3DGraphics Scanning',
  'Graphics+2DGraphics': 'VectorGraphics RasterGraphics',
  'Graphics+Scanning': 'OCR',
  'Graphics Office': 'Photography Publishing Viewer',
  Utility: 'TextTools TelephonyTools Archiving Calculator Clock TextEditor',
  Settings: 'DesktopSettings HardwareSettings PackageManager',
  'HardwareSettings+Settings': 'Printing',
  Network:
    'Dialup InstantMessaging Chat IRCClient Feed FileTransfer News P2P RemoteAccess Telephony VideoConference WebBrowser',
  'Network Audio': 'HamRadio',
  'Network Development': 'WebDevelopment',
  'AudioVideo+Audio': 'Midi Mixer Sequencer Tuner',
  'AudioVideo+Video': 'TV',
  'Audio Video AudioVideo': 'AudioVideoEditing Player Recorder DiscBurning',
  Game: 'ActionGame AdventureGame ArcadeGame BoardGame BlocksGame CardGame KidsGame LogicGame RolePlaying Shooter Simulation SportsGame StrategyGame',
  'Education Science':
    'Art Construction Languages ArtificialIntelligence Astronomy Biology Chemistry ComputerScience DataVisualization Economy Electricity Geography Geology Geoscience History Humanities ImageProcessing Literature Math MedicalSoftware Physics Robotics Sports',
  'AudioVideo Education': 'Music',
  'Education Science Utility': 'Maps Spirituality',
  'Education+Math Science+Math': 'NumericalAnalysis',
  'Education+ComputerScience Science+ComputerScience': 'ParallelComputing',
  'Utility+Archiving': 'Compression',
  'System Game': 'Emulator',
  'Utility System': 'FileTools',
  'System+FileTools': 'FileManager',
  System: 'TerminalEmulator Filesystem',
  'System Network': 'Monitor',
  'Settings System': 'Security',
  'Settings Utility': 'Accessibility',
  Qt: 'KDE DDE LXQt',
  GTK: 'GNOME XFCE',
  '': 'Amusement Electronics Engineering Documentation Adult Core COSMIC Motif Java ConsoleOnly GTK Qt',
};

/** Each additional category with what should stand beside it, one of the inner lists as a whole. */
export const ADDITIONAL_CATEGORIES: ReadonlyMap<string, readonly (readonly string[])[]> = new Map(
  Object.entries(ADDITIONAL).flatMap(([beside, names]) => {
    const choices = beside === '' ? [] : beside.split(' ').map((choice) => choice.split('+'));
    return names.split(' ').map((name) => [name, choices] as const);
  }),
);

/** Whether the menu specification has a category of that name. */
export function isMenuCategory(name: string): boolean {
  return MAIN_CATEGORIES.has(name) || ADDITIONAL_CATEGORIES.has(name) || RESERVED_CATEGORIES.has(name);
}
