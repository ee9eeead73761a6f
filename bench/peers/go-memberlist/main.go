// Command go-memberlist runs a cluster of HashiCorp memberlist in one process and measures it
// as bench/cluster.ts measures hearsay: the same lines, counted at the same places. Standard
// output carries one JSON object a line, standard error the progress.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"time"
)

type settings struct {
	nodes, port          int
	idle, settle         time.Duration
	broadcasts, failures int
	variant              string
}

// fields are the columns of one line.
type fields map[string]interface{}

var conf settings

func main() {
	flag.IntVar(&conf.nodes, "n", 10, "nodes in the cluster")
	flag.IntVar(&conf.port, "port", 20000, "port of the first node; the others follow")
	flag.DurationVar(&conf.idle, "idle", 20*time.Second, "length of the idle window")
	flag.DurationVar(&conf.settle, "settle", 5*time.Second, "pause before the idle window")
	flag.IntVar(&conf.broadcasts, "broadcasts", 20, "broadcasts to measure")
	flag.IntVar(&conf.failures, "failures", 3, "nodes to stop, one after another")
	flag.StringVar(&conf.variant, "variant", "lan", "lan, encrypt or nocompress")
	flag.Parse()
	rand.Seed(time.Now().UnixNano())

	base := residentKiB()
	w := newWorld()
	measureJoin(w)
	w.watch()
	w.quiet(conf.settle)
	measureIdle(w, base)
	for run := 0; run < conf.broadcasts; run++ {
		measureBroadcast(w, run)
	}
	for run := 0; run < conf.failures && len(w.live()) > 2; run++ {
		measureFailure(w, run)
	}
	print("false_positives", fields{
		"count": w.falseAlarms(), "max_health_score": w.worstHealth(), "rss_end_kib": residentKiB(),
	})
}

func print(measure string, columns fields) {
	columns["peer"], columns["variant"] = "go-memberlist", conf.variant
	columns["measure"], columns["n"] = measure, conf.nodes
	text, err := json.Marshal(columns)
	must(err)
	fmt.Println(string(text))
	fmt.Fprintln(os.Stderr, measure, "done")
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "go-memberlist:", err)
		os.Exit(1)
	}
}
