import { textAt } from '../kube-object.ts'

/** Whom a JWT says it is for, unchecked; '' for what is none. */
export const tokenSubject = (token: string): string => {
  const [, claims = ''] = token.split('.')
  try {
    return textAt(JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')), 'sub')
  } catch {
    return ''
  }
}
