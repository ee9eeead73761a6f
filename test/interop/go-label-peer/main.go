// Command go-label-peer is one real memberlist node for the interop tests: it joins with a
// label and perhaps a key, reports what it sees as JSON lines on standard output, and obeys
// lines on standard input: "members", "say TEXT", "leave". memberlist's log goes to standard
// error. It ends when standard input does.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/memberlist"
)

type line struct {
	Kind    string   `json:"kind"`
	Name    string   `json:"name,omitempty"`
	Text    string   `json:"text,omitempty"`
	Members []member `json:"members,omitempty"`
}

type member struct {
	Name    string `json:"name"`
	Address string `json:"address"`
	Meta    []byte `json:"meta"`
}

var printing sync.Mutex

func report(l line) {
	printing.Lock()
	defer printing.Unlock()
	text, err := json.Marshal(l)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}

// watcher is the delegate: it reports and hands out queued messages.
type watcher struct {
	queue *memberlist.TransmitLimitedQueue
}

func (w *watcher) NodeMeta(int) []byte { return []byte("go") }
func (w *watcher) NotifyMsg(b []byte)  { report(line{Kind: "message", Text: string(b)}) }
func (w *watcher) GetBroadcasts(overhead, limit int) [][]byte {
	return w.queue.GetBroadcasts(overhead, limit)
}
func (w *watcher) LocalState(bool) []byte          { return nil }
func (w *watcher) MergeRemoteState([]byte, bool)   {}
func (w *watcher) NotifyJoin(n *memberlist.Node)   { report(line{Kind: "join", Name: n.Name}) }
func (w *watcher) NotifyUpdate(n *memberlist.Node) { report(line{Kind: "update", Name: n.Name}) }
func (w *watcher) NotifyLeave(n *memberlist.Node)  { report(line{Kind: "gone", Name: n.Name}) }

type saying []byte

func (s saying) Invalidates(memberlist.Broadcast) bool { return false }
func (s saying) Message() []byte                       { return s }
func (s saying) Finished()                             {}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "go-label-peer:", err)
		os.Exit(1)
	}
}

func main() {
	name := flag.String("name", "", "name of the node")
	bind := flag.String("bind", "127.0.0.1", "address to bind")
	port := flag.Int("port", 7946, "port for UDP and TCP")
	label := flag.String("label", "", "label of the cluster")
	key := flag.String("key", "", "encryption key in base64")
	join := flag.String("join", "", "host:port to join")
	flag.Parse()

	list, w, err := start(*name, *bind, *port, *label, *key)
	fail(err)
	if *join != "" {
		_, err = list.Join([]string{*join})
		fail(err)
	}
	report(line{Kind: "ready", Name: *name})
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		obey(list, w, in.Text())
	}
}

func start(name, bind string, port int, label, key string) (*memberlist.Memberlist, *watcher, error) {
	conf := memberlist.DefaultLANConfig()
	conf.Name, conf.Label = name, label
	conf.BindAddr, conf.BindPort = bind, port
	conf.AdvertiseAddr, conf.AdvertisePort = bind, port
	conf.LogOutput = os.Stderr
	if key != "" {
		secret, err := base64.StdEncoding.DecodeString(key)
		if err != nil {
			return nil, nil, err
		}
		conf.SecretKey = secret
	}
	w := &watcher{queue: &memberlist.TransmitLimitedQueue{
		NumNodes: func() int { return 6 }, RetransmitMult: conf.RetransmitMult,
	}}
	conf.Delegate, conf.Events = w, w
	list, err := memberlist.Create(conf)
	return list, w, err
}

func obey(list *memberlist.Memberlist, w *watcher, command string) {
	switch {
	case command == "members":
		l := line{Kind: "members"}
		for _, n := range list.Members() {
			l.Members = append(l.Members, member{n.Name, n.Address(), n.Meta})
		}
		report(l)
	case strings.HasPrefix(command, "say "):
		w.queue.QueueBroadcast(saying(strings.TrimPrefix(command, "say ")))
	case command == "leave":
		fail(list.Leave(5 * time.Second))
		fail(list.Shutdown())
		os.Exit(0)
	}
}
