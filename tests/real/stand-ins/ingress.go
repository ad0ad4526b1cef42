package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

// The stand-ins of the ingress controllers do the least that one does: they read the Ingresses of their
// class with the rights of their service account, send every request on to the backend of the first, and
// write the address of the Service through which they are entered into the Ingress' status.

const account = "/var/run/secrets/kubernetes.io/serviceaccount/"

type controller struct {
	class, service string
	// redirects is F5's ssl-redirect: it makes a hostless Ingress its default server with TLS.
	redirects func() (bool, error)
	client    *http.Client
	lock      sync.Mutex
	backend   *url.URL
	secure    bool
}

type metadata struct {
	Name, Namespace string
}

type balancer struct {
	LoadBalancer json.RawMessage `json:"loadBalancer"`
}

type ingressList struct {
	Items []struct {
		Metadata metadata
		Spec     struct {
			IngressClassName string
			Rules            []struct {
				Http struct {
					Paths []struct {
						Backend struct {
							Service struct {
								Name string
								Port struct{ Number int }
							}
						}
					}
				}
			}
		}
		Status balancer
	}
}

// nginxIngress plays F5's controller, with the flags that its chart sets.
func nginxIngress(arguments []string) error {
	flags := flag.NewFlagSet("nginx-ingress", flag.ContinueOnError)
	class := flags.String("ingress-class", "nginx", "")
	configMap := flags.String("nginx-configmaps", "", "")
	service := flags.String("external-service", "", "")
	emptyHost := flags.Bool("allow-empty-ingress-host", false, "")
	flags.Bool("report-ingress-status", false, "")
	flags.Bool("enable-telemetry-reporting", true, "")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if !*emptyHost {
		return fmt.Errorf("the real controller refuses an Ingress without a host")
	}
	namespace, name, _ := strings.Cut(*configMap, "/")
	c := newController(*class, os.Getenv("POD_NAMESPACE")+"/"+*service)
	c.redirects = func() (bool, error) {
		var found struct{ Data map[string]string }
		err := c.ask("GET", "/api/v1/namespaces/"+namespace+"/configmaps/"+name, nil, &found)
		return found.Data["ssl-redirect"] != "false", err
	}
	return c.serve(":8081", "/nginx-ready")
}

// ingressNginx plays the Kubernetes project's controller, which is retired.
func ingressNginx(arguments []string) error {
	flags := flag.NewFlagSet("nginx-ingress-controller", flag.ContinueOnError)
	class := flags.String("ingress-class", "nginx", "")
	service := flags.String("publish-service", "", "")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	c := newController(*class, *service)
	c.redirects = func() (bool, error) { return false, nil }
	return c.serve(":10254", "/healthz")
}

func newController(class, service string) *controller {
	authority, err := os.ReadFile(account + "ca.crt")
	if err != nil {
		log.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(authority)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	client := &http.Client{Transport: transport, Timeout: 10 * time.Second}
	return &controller{class: class, service: service, client: client}
}

func (c *controller) serve(healthAddress, healthPath string) error {
	if err := c.synchronise(); err != nil {
		log.Print(err)
	}
	go func() {
		for range time.Tick(time.Second) {
			if err := c.synchronise(); err != nil {
				log.Print(err)
			}
		}
	}()
	health := http.NewServeMux()
	health.HandleFunc(healthPath, func(http.ResponseWriter, *http.Request) {})
	go func() { log.Fatal(http.ListenAndServe(healthAddress, health)) }()
	return http.ListenAndServe(":80", http.HandlerFunc(c.answer))
}

func (c *controller) answer(answer http.ResponseWriter, question *http.Request) {
	c.lock.Lock()
	backend, secure := c.backend, c.secure
	c.lock.Unlock()
	switch {
	case backend == nil:
		http.NotFound(answer, question)
	case secure:
		host, _, err := net.SplitHostPort(question.Host)
		if err != nil {
			host = question.Host
		}
		http.Redirect(answer, question, "https://"+host+":443"+question.URL.Path, http.StatusMovedPermanently)
	default:
		httputil.NewSingleHostReverseProxy(backend).ServeHTTP(answer, question)
	}
}

// synchronise reads the Ingresses of the class, and writes their status.
func (c *controller) synchronise() error {
	var list ingressList
	if err := c.ask("GET", "/apis/networking.k8s.io/v1/ingresses", nil, &list); err != nil {
		return err
	}
	var backend *url.URL
	for _, ingress := range list.Items {
		if ingress.Spec.IngressClassName != c.class {
			continue
		}
		for _, rule := range ingress.Spec.Rules {
			for _, path := range rule.Http.Paths {
				var service struct{ Spec struct{ ClusterIP string } }
				to := path.Backend.Service
				err := c.ask("GET", "/api/v1/namespaces/"+ingress.Metadata.Namespace+"/services/"+to.Name, nil, &service)
				if err != nil {
					return err
				}
				if backend == nil {
					backend = &url.URL{Scheme: "http", Host: fmt.Sprintf("%s:%d", service.Spec.ClusterIP, to.Port.Number)}
				}
			}
		}
		if err := c.report(ingress.Metadata, ingress.Status); err != nil {
			return err
		}
	}
	secure, err := c.redirects()
	c.lock.Lock()
	defer c.lock.Unlock()
	c.backend, c.secure = backend, secure
	return err
}

func (c *controller) report(ingress metadata, now balancer) error {
	namespace, name, _ := strings.Cut(c.service, "/")
	var service struct{ Status balancer }
	if err := c.ask("GET", "/api/v1/namespaces/"+namespace+"/services/"+name, nil, &service); err != nil {
		return err
	}
	address := service.Status.LoadBalancer
	if len(address) == 0 || bytes.Equal(address, now.LoadBalancer) {
		return nil
	}
	path := "/apis/networking.k8s.io/v1/namespaces/" + ingress.Namespace + "/ingresses/" + ingress.Name
	var whole map[string]any
	if err := c.ask("GET", path, nil, &whole); err != nil {
		return err
	}
	whole["status"] = balancer{address}
	return c.ask("PUT", path+"/status", whole, nil)
}

func (c *controller) ask(method, path string, body, result any) error {
	token, err := os.ReadFile(account + "token")
	if err != nil {
		return err
	}
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	server := net.JoinHostPort(os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT"))
	request, err := http.NewRequest(method, "https://"+server+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	request.Header.Set("Content-Type", "application/json")
	response, err := c.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode > 299 {
		return fmt.Errorf("%s %s: %s", method, path, answer)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(answer, result)
}
