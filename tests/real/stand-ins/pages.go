package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
)

const jenkinsHome = "/var/jenkins_home"

// jenkins answers as Jenkins does before it is set up: its log-in page to everybody, with its version in
// a header, and 403 elsewhere. It leaves the first password in its home, which it must be able to write.
func jenkins([]string) error {
	secrets := filepath.Join(jenkinsHome, "secrets")
	if err := os.MkdirAll(secrets, 0o700); err != nil {
		return err
	}
	password := []byte("a password of the stand-in\n")
	if err := os.WriteFile(filepath.Join(secrets, "initialAdminPassword"), password, 0o600); err != nil {
		return err
	}
	version := os.Getenv("JENKINS_VERSION")
	http.HandleFunc("/", func(answer http.ResponseWriter, question *http.Request) {
		header := answer.Header()
		header.Set("X-Jenkins", version)
		header.Set("Content-Type", "text/html;charset=utf-8")
		if question.URL.Path != "/login" {
			answer.WriteHeader(http.StatusForbidden)
			fmt.Fprint(answer, "<html><head><meta http-equiv='refresh' content='1;url=/login?from=%2F'/></head></html>")
			return
		}
		fmt.Fprint(answer, "<!DOCTYPE html><html><head><title>Sign in [Jenkins]</title></head><body>A stand-in.</body></html>")
	})
	return http.ListenAndServe(":8080", nil)
}

// shopPages are those of the shop that the checks ask for.
var shopPages = map[string][2]string{
	"/":                   {"text/html", "<!DOCTYPE html><html><head><title>WeaveSocks</title></head><body>A stand-in.</body></html>"},
	"/category.html":      {"text/html", "<!DOCTYPE html><html><head><title>WeaveSocks</title></head><body>A stand-in's catalogue.</body></html>"},
	"/css/style.blue.css": {"text/css", "a { color: blue }"},
	"/js/front.js":        {"application/javascript", "void 0;"},
}

func frontEnd([]string) error {
	http.HandleFunc("/", func(answer http.ResponseWriter, question *http.Request) {
		page, known := shopPages[question.URL.Path]
		if !known {
			http.NotFound(answer, question)
			return
		}
		answer.Header().Set("Content-Type", page[0])
		fmt.Fprint(answer, page[1])
	})
	return http.ListenAndServe(":8079", nil)
}
