package dev.discretizer.security;

import java.time.Duration;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which pages of other origins may use the API from a browser.
 *
 * @param allowedOrigins origins whose pages may use the API from a browser, such as
 * {@code https://lab.example.org}, or {@code *} for all
 * @param maxAge how long a browser may cache the answer to a preflight request
 */
@ConfigurationProperties("discretizer.cors")
record CorsProperties(@DefaultValue List<String> allowedOrigins, @DefaultValue("1h") Duration maxAge) {
}
