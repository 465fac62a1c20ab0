// The two objects of the console, for an engine
export { consoleInit, type ConsoleInit, type ConsoleInitOptions } from './console-init.ts'
export { consoleKinds, type ConsoleKinds } from './console-kinds.ts'

// What they say
export { consoleService, isConsoleService } from './console-service.ts'
export {
  consolePlugin,
  consolePluginV1Alpha1,
  isConsolePlugin,
  isConsolePluginV1Alpha1,
} from './console-plugin.ts'
export type { ConsolePlace } from './console-place.ts'

// How they are
export { consoleStatus, type ConsoleKnowledge, type ConsoleStatus } from './console-status.ts'
export { consoleNews, type ConsoleNewsOptions } from './console-news.ts'

// What must be allowed
export { consoleRules } from './console-rules.ts'
