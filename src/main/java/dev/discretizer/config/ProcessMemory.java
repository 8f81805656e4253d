package dev.discretizer.config;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import dev.discretizer.budget.HeapPlan;
import org.springframework.util.unit.DataSize;

import org.jspecify.annotations.Nullable;

/**
 * Reads the sizes of this process from its virtual machine.
 */
final class ProcessMemory {

	private ProcessMemory() {
	}

	/**
	 * The sizes of this process.
	 * @param container its container's memory, or null for what the virtual machine sees
	 */
	static HeapPlan.Memory read(@Nullable DataSize container) {
		long usable = Runtime.getRuntime().maxMemory();
		HotSpotDiagnosticMXBean options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
		long reserved = Long.parseLong(options.getVMOption("MaxHeapSize").getValue());
		long seen = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
		return new HeapPlan.Memory(usable, Math.min(usable, oldGeneration()), reserved,
				(container != null) ? container.toBytes() : seen);
	}

	/** "PS Old Gen", "Tenured Gen"; that of G1 is as large as the heap. */
	private static long oldGeneration() {
		long old = Long.MAX_VALUE;
		for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
			boolean isOld = pool.getName().contains("Old Gen") || pool.getName().contains("Tenured Gen");
			if (isOld && pool.getType() == MemoryType.HEAP && pool.getUsage().getMax() > 0) {
				old = pool.getUsage().getMax();
			}
		}
		return old;
	}

}
