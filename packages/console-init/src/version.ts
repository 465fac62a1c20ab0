import manifest from '../package.json' with { type: 'json' }

/** Of this package; in the user agent and for `--version`. */
export const version: string = manifest.version
