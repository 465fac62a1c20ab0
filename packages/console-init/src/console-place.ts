import { contract } from '@odfmo/api-types'

/** Where the console runs. */
export interface ConsolePlace {
  /** The operator's own namespace, in which the Deployment and the Service are. */
  readonly namespace: string
  /** On which the console serves HTTPS, and its Service. */
  readonly port: number
}

/** Of the Deployment and the Service. */
export const consoleKey = (namespace: string) => ({ namespace, name: contract.console.name })

/** Of the ConsolePlugin. */
export const pluginKey = { name: contract.console.name }
