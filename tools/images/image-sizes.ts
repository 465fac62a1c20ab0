import { Buffer } from 'node:buffer'
import type { ImageFile, Part } from './image-files.ts'

/** Bytes of an image's files, uncompressed. */
export type ImageSizes = Readonly<Record<Part | 'all', number>>

/** The bar: what an image may have, uncompressed. */
export const mostImageBytes = 130e6

export const imageSizes = (files: readonly ImageFile[]): ImageSizes => {
  const of = (part?: Part): number =>
    files
      .filter((file) => part === undefined || file.part === part)
      .reduce((sum, { content }) => sum + Buffer.byteLength(content), 0)
  return {
    node: of('node'),
    libraries: of('libraries'),
    program: of('program'),
    texts: of('texts'),
    all: of(),
  }
}

/** A table for people: MB of 10^6 bytes, by image and by part. */
export const sizesTable = (sizes: ReadonlyMap<string, ImageSizes>): string => {
  const columns = ['node', 'libraries', 'program', 'texts', 'all'] as const
  const rows = [...sizes].map(([name, of]) => [
    name,
    ...columns.map((column) => (of[column] / 1e6).toFixed(2)),
  ])
  const table = [['MB', ...columns], ...rows]
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
  return `${table.map(line).join('\n')}\n`
}
