/**
 * The stateless use cases, tensors in and results out. May import {@code tensor},
 * {@code discretize}, {@code device}, {@code graph}, {@code network} and {@code budget};
 * knows neither servlets nor media types nor JSON.
 */
@NullMarked
package dev.discretizer.service;

import org.jspecify.annotations.NullMarked;
