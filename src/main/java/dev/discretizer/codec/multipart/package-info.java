/**
 * Reads multipart bodies part by part. May import {@code tensor} and {@code codec} only,
 * and the parser of Apache Commons FileUpload.
 */
@NullMarked
package dev.discretizer.codec.multipart;

import org.jspecify.annotations.NullMarked;
