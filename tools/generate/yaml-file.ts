import { stringify } from 'yaml'

/** A file below `deploy/`. */
export interface GeneratedFile {
  /** From the repository's root. */
  readonly file: string
  readonly text: string
}

/** Documents as one file, with a word on what it was made from; fields stand in the order in which they were written. */
export const yamlFile = (file: string, source: string, documents: readonly object[]): GeneratedFile => ({
  file: `deploy/${file}`,
  text: [
    `# Made by npm run generate from ${source}. Do not edit.\n`,
    ...documents.map(
      (document) => `---\n${stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 })}`,
    ),
  ].join(''),
})
