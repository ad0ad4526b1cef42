// Stands in for the programs of the chapter's images, which cannot be pulled where the tests run. One
// static program; the name that it is started by says which part it plays. It answers at the real
// programs' ports and pages, and does nothing else of theirs.
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

var parts = map[string]func(arguments []string) error{
	"dumb-init":                dumbInit,
	"cat":                      cat,
	"pause":                    pause,
	"listen":                   listen,
	"jenkins":                  jenkins,
	"front-end":                frontEnd,
	"cluster-autoscaler":       idle(":8085", "/health-check"),
	"nginx-ingress":            nginxIngress,
	"nginx-ingress-controller": ingressNginx,
}

func main() {
	name := filepath.Base(os.Args[0])
	part, known := parts[name]
	if !known {
		log.Fatalf("nothing here is called %s", name)
	}
	if name != "cat" {
		go endOnSignal()
	}
	if err := part(os.Args[1:]); err != nil {
		log.Fatal(err)
	}
}

// endOnSignal ends the program at once: as the first process of a container it would ignore the signal.
func endOnSignal() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	<-signals
	os.Exit(0)
}

// dumbInit becomes the program that it is given, as the entry point of an image.
func dumbInit(arguments []string) error {
	if len(arguments) < 2 || arguments[0] != "--" {
		return errors.New("dumb-init -- PROGRAM [ARGUMENT...]")
	}
	return syscall.Exec(arguments[1], arguments[1:], os.Environ())
}

// cat writes files, for `kubectl exec`.
func cat(files []string) error {
	for _, path := range files {
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		if _, err := io.Copy(os.Stdout, file); err != nil {
			return err
		}
	}
	return nil
}

// pause holds a pod's namespaces.
func pause([]string) error {
	select {}
}

// listen accepts connections at a port: what a probe of a database or of a queue would see.
func listen(arguments []string) error {
	if len(arguments) != 1 {
		return errors.New("listen PORT")
	}
	listener, err := net.Listen("tcp", ":"+arguments[0])
	if err != nil {
		return err
	}
	handler := http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(answer, "a stand-in")
	})
	return http.Serve(listener, handler)
}

// idle answers a health check, and does nothing.
func idle(address, path string) func([]string) error {
	return func(arguments []string) error {
		log.Printf("a stand-in that does nothing, started with %q", arguments)
		http.HandleFunc(path, func(http.ResponseWriter, *http.Request) {})
		return http.ListenAndServe(address, nil)
	}
}
