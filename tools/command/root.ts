import path from 'node:path'

/** The repository's root folder: where every tool runs its programs and resolves its paths. */
export const root = path.resolve(import.meta.dirname, '../..')
