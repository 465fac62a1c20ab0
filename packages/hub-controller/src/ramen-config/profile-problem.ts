import type { S3Profile } from './profile.ts'

/** Longer than any address, bucket or region that a cluster has. */
const longestEndpoint = 2048
const visibleText = /^[\x21-\x7e]{1,255}$/

/**
 * Why what an agent says of its bucket should not stand in Ramen's configuration, if anything: an address that Ramen would
 * not go to as to an S3 store, one with a password in it, which a ConfigMap is no place for, or a text that is no name.
 * Never shows any of it.
 */
export const profileProblem = ({
  s3CompatibleEndpoint,
  s3Bucket,
  s3Region,
}: Pick<S3Profile, 's3CompatibleEndpoint' | 's3Bucket' | 's3Region'>): string | undefined => {
  if (!isEndpoint(s3CompatibleEndpoint))
    return 'expected s3CompatibleEndpoint to be the http or https URL of a host, without user and password'
  if (!visibleText.test(s3Bucket)) return expectedName('s3Bucket')
  if (!visibleText.test(s3Region)) return expectedName('s3Region')
  return undefined
}

const expectedName = (field: string): string =>
  `expected ${field} to be a name: at most 255 visible ASCII characters without spaces`

const isEndpoint = (text: string): boolean => {
  // A URL is read with line breaks and spaces taken out, and its slashes either way: what another reader sees may differ.
  if (text.length > longestEndpoint || !/^https?:\/\/[\x21-\x5b\x5d-\x7e]+$/.test(text)) return false
  if (!URL.canParse(text)) return false
  const { hostname, username, password } = new URL(text)
  return hostname !== '' && username === '' && password === ''
}
