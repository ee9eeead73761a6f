// Three nodes of the newest memberlist and three of ours are one cluster behind a label.

import { labelSuite } from './support/label-suite.ts'
import { describeWith } from './support/missing.ts'

describeWith('go', 'apt-get install golang-go', 'with labels, in the clear', (go) => {
  labelSuite(go, 73)
})
