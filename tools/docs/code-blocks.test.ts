import { expect, it } from 'vitest'
import { codeBlocks } from './code-blocks.ts'

it('takes the blocks of a page with what is to be done with them', () => {
  const page = [
    '# Page',
    '## Install',
    '<!-- file: vanilla kustomization.yaml -->',
    '```yaml',
    'resources: []',
    '```',
    '1. First:',
    '   <!-- run: vanilla -->',
    '   ```console',
    '   $ kubectl apply -k .',
    '   ```',
    '### More',
    '<!-- not run: needs a container engine -->',
    '```sh',
    'docker build .',
    '```',
  ].join('\n')
  expect(codeBlocks(page)).toEqual([
    {
      language: 'yaml',
      text: 'resources: []',
      line: 4,
      heading: 'Install',
      use: { kind: 'file', world: 'vanilla', path: 'kustomization.yaml' },
    },
    {
      language: 'console',
      text: '$ kubectl apply -k .',
      line: 9,
      heading: 'Install',
      use: { kind: 'run', world: 'vanilla' },
    },
    {
      language: 'sh',
      text: 'docker build .',
      line: 14,
      heading: 'More',
      use: { kind: 'not run', reason: 'needs a container engine' },
    },
  ])
})

it.each([
  ['```sh\nls\n```', 'line 1: the line before this code block has to be <!-- run: WORLD -->'],
  ['<!-- runs: a -->\n```sh\nls\n```', 'line 2: the line before this code block has to be'],
  ['<!-- run: a -->\n```sh\nls', 'line 2: this code block does not end'],
])('%j is refused', (page, message) => {
  expect(() => codeBlocks(page)).toThrow(message)
})
