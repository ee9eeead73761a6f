// Three nodes of the newest memberlist and three of ours are one cluster behind a label,
// encrypted with AES-128: the label is then also authenticated.

import { labelSuite } from './support/label-suite.ts'
import { describeWith } from './support/missing.ts'

const KEY = 'MTZieXRlaGVhcnNheWtleQ=='

describeWith('go', 'apt-get install golang-go', 'with labels, encrypted', (go) => {
  labelSuite(go, 74, KEY)
})
