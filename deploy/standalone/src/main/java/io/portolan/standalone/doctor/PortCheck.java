package io.portolan.standalone.doctor;

import io.portolan.standalone.config.Listen;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Looks whether the gateway could listen where it is told to. */
final class PortCheck {
  private final Listen listen;

  PortCheck(Listen listen) {
    this.listen = listen;
  }

  Check look() throws InterruptedException {
    var where = listen.host() + ":" + listen.port();
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true); // as the gateway does
      socket.bind(new InetSocketAddress(listen.host(), listen.port()));
      return Check.ok("port", where + " is free");
    } catch (IOException e) {
      return gatewayAnswers()
          ? Check.note("port", "a gateway is running at " + where + " already")
          : Check.fail(
              "port",
              where + " cannot be bound (" + e.getMessage() + "); choose another with --port");
    }
  }

  private boolean gatewayAnswers() throws InterruptedException {
    var host = listen.host().contains(":") ? "[" + listen.host() + "]" : listen.host();
    try (var http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build()) {
      var live = URI.create("http://" + host + ":" + listen.port() + "/health/live");
      var request = HttpRequest.newBuilder(live).timeout(Duration.ofSeconds(2)).build();
      return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException | IllegalArgumentException _) {
      return false;
    }
  }
}
