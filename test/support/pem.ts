/** Certificates that nobody trusts, and a key that is made anew in each run. */
import { generateKeyPairSync } from 'node:crypto'

/** For www.example.com and shop.example.com, and for an address. */
export const certificate = `-----BEGIN CERTIFICATE-----
MIIBuDCCAV2gAwIBAgIUZCjSgQkUwAFJ4RhtyaEbsQnHHrswCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLZXhhbXBsZS5jb20wHhcNMjYxMTI4MjIzMjQyWhcNMzYxMTI1
MjIzMjQyWjAWMRQwEgYDVQQDDAtleGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABC1yCXoXYOo0NwWo8YwmoLREi0W34GHNuqv/z0GaWqqUGNcVX6VY
XQyPGeGHrkmJOld9cwcXPcQrsvaRdI+PWgKjgYgwgYUwHQYDVR0OBBYEFMHEv+J1
NNZwlE/vI5676lM1JShVMB8GA1UdIwQYMBaAFMHEv+J1NNZwlE/vI5676lM1JShV
MA8GA1UdEwEB/wQFMAMBAf8wMgYDVR0RBCswKYIPd3d3LmV4YW1wbGUuY29tghBz
aG9wLmV4YW1wbGUuY29thwTAAAIBMAoGCCqGSM49BAMCA0kAMEYCIQD+D/xeh22f
/CwXn2aWCeNsBXjznsh2tNUY3ZFm9I62jAIhALqdxWhE2OT6Y/4q7tfLbtm4OL0/
vYezuGz2c2zwWO1Q
-----END CERTIFICATE-----`

/** For *.example.com, with the extension marked as critical. */
export const wildcardCertificate = `-----BEGIN CERTIFICATE-----
MIIBnjCCAUSgAwIBAgIUWIyltVAkDiTHYfRuJAZBjPJtWaYwCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLZXhhbXBsZS5jb20wHhcNMjYxMTI4MjIzMjQyWhcNMzYxMTI1
MjIzMjQyWjAWMRQwEgYDVQQDDAtleGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABHk+OP3WIlMH2b0rG9HCeBKUViMamfjPUF9CN6kDHXoqeaWkC8kv
Hofox2t2w3ncs+YZ2kQBCu0VQJcaXwurJu6jcDBuMB0GA1UdDgQWBBQoGi1lxI1g
jp5kd2aYBWvcdb8jnTAfBgNVHSMEGDAWgBQoGi1lxI1gjp5kd2aYBWvcdb8jnTAP
BgNVHRMBAf8EBTADAQH/MBsGA1UdEQEB/wQRMA+CDSouZXhhbXBsZS5jb20wCgYI
KoZIzj0EAwIDSAAwRQIgcD1PW149H7oIQhwwRKT6gCE/veliUSafzm2Gmnoo2o8C
IQCG7JTMuyp/GOTJks8VjNWXy+4DREDG+I/7Y47YiMU0IA==
-----END CERTIFICATE-----`

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
export const privateKey = pair.export({ type: 'pkcs8', format: 'pem' }).toString().trim()
/** The older form, with a label of its own. */
export const ecPrivateKey = pair.export({ type: 'sec1', format: 'pem' }).toString().trim()
