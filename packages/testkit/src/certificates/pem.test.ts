import { describe, expect, it } from 'vitest'
import { CertificateAuthority } from './certificate-authority.ts'
import { certificateProblem } from './certificate-problem.ts'
import { pemBlocks } from './pem.ts'

const block = (type: string, body: string): string =>
  `-----BEGIN ${type}-----\n${body}\n-----END ${type}-----\n`

describe('pemBlocks', () => {
  it('reads blocks with anything around them', () => {
    const text = `# first\n${block('A', 'aGk=')}between\n${block('B C', 'aGkh')}`
    expect(pemBlocks(text)).toEqual([
      { type: 'A', hasHeaders: false, der: Buffer.from('hi') },
      { type: 'B C', hasHeaders: false, der: Buffer.from('hi!') },
    ])
  })

  it('knows headers', () => {
    expect(pemBlocks(block('A', 'Name: value\n\naGk='))).toEqual([
      { type: 'A', hasHeaders: true, der: Buffer.from('hi') },
    ])
  })

  it.each(['nothing', block('A', 'no base64!'), '-----BEGIN A-----\naGk=\n-----END B-----\n'])(
    'passes over what is none: %j',
    (text) => {
      expect(pemBlocks(text)).toEqual([])
    },
  )
})

describe('certificateProblem', () => {
  const { certificate } = new CertificateAuthority('ca', 0, 1)

  it('has nothing against certificates', () => {
    expect(certificateProblem(certificate)).toBeUndefined()
    expect(certificateProblem(`${certificate}# and\n${certificate}`)).toBeUndefined()
  })

  it.each([
    ['must contain at least one CERTIFICATE PEM block', 'text'],
    ['only CERTIFICATE PEM blocks are allowed, found "KEY"', certificate + block('KEY', 'aGk=')],
    ['no PEM block headers are permitted', certificate.replace('\n', '\na: b\n\n')],
    ['x509: malformed certificate', block('CERTIFICATE', 'aGk=')],
  ])('says %s', (problem, text) => {
    expect(certificateProblem(text)).toBe(problem)
  })
})
