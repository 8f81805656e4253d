package dev.discretizer.web.api;

import java.util.List;

import dev.discretizer.codec.Names;
import org.springframework.http.MediaType;

import org.jspecify.annotations.Nullable;

/**
 * The formats of bodies and answers, each with its media types: the one used in answers,
 * and further ones accepted in requests.
 */
public enum Format {

	JSON("json", "application/json"), NPY("npy", "application/x-npy"), NPZ("npz", "application/x-npz"),
	SAFETENSORS("safetensors", "application/vnd.safetensors", "application/x-safetensors"),
	RAW("bin", "application/octet-stream"), HDF5("nir", "application/vnd.hdfgroup.hdf5", "application/x-hdf5"),
	/** A table; only of answers. */
	CSV("csv", "text/csv"),
	/** Several files, each in a format of its own; never an answer. */
	MULTIPART("multipart", "multipart/form-data");

	/** The formats that hold one tensor. */
	public static final List<Format> TENSOR = List.of(JSON, SAFETENSORS, NPZ, NPY, RAW);

	/** The formats that hold named tensors. */
	public static final List<Format> LAYER = List.of(JSON, SAFETENSORS, NPZ);

	/** The formats that hold whole networks. */
	public static final List<Format> NETWORK = List.of(HDF5, SAFETENSORS);

	/** The formats of recordings. */
	public static final List<Format> RECORDING = List.of(NPZ, NPY);

	private final String label;

	private final String extension;

	private final List<MediaType> mediaTypes;

	Format(String extension, String... mediaTypes) {
		this.label = Names.label(this);
		this.extension = extension;
		this.mediaTypes = List.of(mediaTypes).stream().map(MediaType::parseMediaType).toList();
	}

	/** The name in metrics, logs and the index of examples, such as "npy". */
	public String label() {
		return this.label;
	}

	/** The usual ending of a file's name, without the dot. */
	public String extension() {
		return this.extension;
	}

	/** The media type of answers. */
	public MediaType mediaType() {
		return this.mediaTypes.getFirst();
	}

	/** All media types of this format, the one of answers first. */
	public List<MediaType> mediaTypes() {
		return this.mediaTypes;
	}

	/** The one of these formats that a content type names, or null. */
	public static @Nullable Format ofContentType(MediaType contentType, List<Format> formats) {
		for (Format format : formats) {
			for (MediaType mediaType : format.mediaTypes) {
				if (mediaType.equalsTypeAndSubtype(contentType)) {
					return format;
				}
			}
		}
		return null;
	}

}
