// A server that speaks MongoDB's wire protocol and keeps its data in SQLite: FerretDB, embedded.
package main

import (
	"context"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

// Arguments: the address to listen on, as host:port, the folder of the data, and how SQLite hands it to the disk:
// "full" flushes each change, "off" leaves it to the kernel, so that it outlives this process and not a power cut.
func main() {
	if len(os.Args) != 4 {
		log.Fatalf("usage: %s host:port folder full|off", os.Args[0])
	}
	folder, err := filepath.Abs(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: os.Args[1]},
		Handler:   "sqlite",
		SQLiteURL: "file:" + folder + "/?_pragma=synchronous(" + os.Args[3] + ")",
	})
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := server.Run(ctx); err != nil {
		log.Fatal(err)
	}
}
