package dev.discretizer.graph;

/**
 * A connection of a network.
 *
 * @param source name of the node that data comes from
 * @param target name of the node that data goes to
 */
public record Edge(String source, String target) {
}
