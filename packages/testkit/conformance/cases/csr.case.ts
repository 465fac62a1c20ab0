import { area } from '../conformance-case.ts'
import { approval } from './csr/approval.ts'
import { creation } from './csr/creation.ts'
import { signing } from './csr/signing.ts'

export const csr = area('CertificateSigningRequests', 'csr', creation, approval, signing)
