package dev.busbar.host.isolation;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The scan of the classes of one jar, without loading them: their class file version, their calls that end the process,
 * and the members of the plugin API that they use. Used by one thread.
 */
final class ClassScan {
    /** The packages of the plugin API, and those that the host shares with the testkit and no plugin sees. */
    private static final List<String> API = List.of("dev/busbar/plugin/", "dev/busbar/core/");

    /** The errors by which code that does without a class learns that it is missing. */
    private static final Set<String> MISSING_CLASS = Set.of("java/lang/NoClassDefFoundError", "java/lang/LinkageError");

    private static final int FIRST_VERSION = 44;
    private static final int MAX_CLASS_BYTES = 16 << 20;
    private static final long MAX_BYTES = 256L << 20;

    /** The class files of libraries are two to four times as large as in their jars. */
    private static final long MAX_RATIO = 30;

    private static final long FREE_BYTES = 1 << 20;

    private final List<String> names = new ArrayList<>();
    private final Set<String> exitCallers = new HashSet<>();
    private final Set<String> missing = new TreeSet<>();
    private final ClassLinks links;
    private final Faults faults;
    private final long maxBytes;
    private long bytesRead;
    private boolean partial;

    /**
     * A scan.
     *
     * @param extension the binary name of the extension; empty where it is not known
     * @param maxBytes the max size of all classes
     */
    ClassScan(String extension, long maxBytes, Faults faults) {
        this.links = new ClassLinks(extension);
        this.faults = faults;
        this.maxBytes = maxBytes;
    }

    /** The max size of all classes in a jar of a size. */
    static long maxBytes(long jarBytes) {
        return Math.min(MAX_BYTES, FREE_BYTES + MAX_RATIO * jarBytes);
    }

    /** Reads one class file. */
    void add(String entry, InputStream in) throws IOException, InvalidPluginException {
        byte[] bytes = in.readNBytes((int) Math.min(MAX_CLASS_BYTES, maxBytes - bytesRead) + 1);
        bytesRead += bytes.length;
        if (bytes.length > MAX_CLASS_BYTES) {
            throw new InvalidPluginException("its entry " + entry + " is too large for a class file");
        }
        if (bytesRead > maxBytes) {
            throw new InvalidPluginException("its classes have more than " + maxBytes + " bytes (expected: at most "
                    + MAX_RATIO + " times as many as the jar, and " + MAX_BYTES + "); leave out what it does not need");
        }
        int version = bytes.length < 8 ? 0 : ((bytes[6] & 0xff) << 8) | (bytes[7] & 0xff);
        int newest = Runtime.version().feature() + FIRST_VERSION;
        if (version > newest) {
            partial = true;
            faults.addFirst(
                    "newer",
                    "class " + className(entry) + " was compiled for Java " + (version - FIRST_VERSION)
                            + " (expected: at most " + (newest - FIRST_VERSION)
                            + ", which this host runs on); compile it with a lower --release");
            return;
        }
        try {
            ClassReader reader = new ClassReader(bytes);
            Uses uses = new Uses(className(entry));
            reader.accept(uses, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
            links.add(uses.name, uses.declared());
        } catch (RuntimeException e) {
            throw new InvalidPluginException(
                    "entry " + entry + " is not a readable class file; build the jar again", e);
        }
        names.add(className(entry));
    }

    List<String> names() {
        return List.copyOf(names);
    }

    Set<String> exitCallers() {
        return Set.copyOf(exitCallers);
    }

    /** The members of the plugin API that the classes use and this host does not have. */
    Set<String> missing() {
        return missing;
    }

    /** Returns whether there were classes that could not be read. */
    boolean isPartial() {
        return partial;
    }

    /** The references between the classes. */
    ClassLinks links() {
        return links;
    }

    private static String className(String entry) {
        return entry.substring(0, entry.length() - ".class".length()).replace('/', '.');
    }

    private void useMethod(String owner, String name, String descriptor, boolean onInterface) {
        use(owner, name, descriptor, type -> type.isInterface() == onInterface && hasMethod(type, name, descriptor));
    }

    private void useField(String owner, String name) {
        use(owner, name, "", type -> hasField(type, name));
    }

    private void use(String owner, String name, String descriptor, Predicate<Class<?>> isThere) {
        if (API.stream().noneMatch(owner::startsWith)) {
            return;
        }
        String className = owner.replace('/', '.');
        if (!ExportedPackages.isExported(className)) {
            missing.add(className + " (not exported)");
            return;
        }
        try {
            Class<?> type = Class.forName(className, false, ClassScan.class.getClassLoader());
            if (!isThere.test(type)) {
                missing.add(className + "." + name + descriptor);
            }
        } catch (ClassNotFoundException e) {
            missing.add(className);
        }
    }

    private void use(Handle handle) {
        if (handle.getTag() >= Opcodes.H_INVOKEVIRTUAL) {
            useMethod(handle.getOwner(), handle.getName(), handle.getDesc(), handle.isInterface());
        } else {
            useField(handle.getOwner(), handle.getName());
        }
    }

    private void useType(String name) {
        if (API.stream().noneMatch(name::startsWith)) {
            return;
        }
        String className = name.replace('/', '.');
        if (!ExportedPackages.isExported(className)) {
            missing.add(className + " (not exported)");
            return;
        }
        try {
            Class.forName(className, false, ClassScan.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            missing.add(className);
        }
    }

    private static boolean hasMethod(Class<?> type, String name, String descriptor) {
        if (name.equals("<init>")) {
            for (var constructor : type.getDeclaredConstructors()) {
                if (isOpen(constructor)
                        && Type.getConstructorDescriptor(constructor).equals(descriptor)) {
                    return true;
                }
            }
            return false;
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isOpen(method)
                    && method.getName().equals(name)
                    && Type.getMethodDescriptor(method).equals(descriptor)) {
                return true;
            }
        }
        return inherited(type).stream().anyMatch(parent -> hasMethod(parent, name, descriptor));
    }

    /** Returns whether a class of another package may use a member. */
    private static boolean isOpen(Member member) {
        return (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
    }

    private static boolean hasField(Class<?> type, String name) {
        for (Field field : type.getDeclaredFields()) {
            if (isOpen(field) && field.getName().equals(name)) {
                return true;
            }
        }
        return inherited(type).stream().anyMatch(parent -> hasField(parent, name));
    }

    private static List<Class<?>> inherited(Class<?> type) {
        List<Class<?>> parents = new ArrayList<>(List.of(type.getInterfaces()));
        if (type.getSuperclass() != null) {
            parents.add(type.getSuperclass());
        } else if (type.isInterface()) {
            parents.add(Object.class);
        }
        return parents;
    }

    /** Collects what one class uses. */
    private final class Uses extends ClassVisitor {
        private final String className;
        private final String name;
        private final boolean own;
        private final List<String> parents = new ArrayList<>();
        private final Set<String> references = new HashSet<>();
        private Optional<Integer> constructor = Optional.empty();
        private int access;
        private int guards;

        Uses(String className) {
            super(Opcodes.ASM9);
            this.className = className;
            this.name = className.replace('.', '/');
            this.own = links.isOwn(name);
        }

        ClassLinks.Declared declared() {
            return new ClassLinks.Declared(access, parents, constructor, references);
        }

        /** A class that code refers to, or an array of it; not where the code expects that the class is missing. */
        private void refer(String type) {
            if (!own || guards > 0) {
                return;
            }
            if (!type.startsWith("[")) {
                references.add(type);
            } else if (type.endsWith(";")) {
                references.add(type.substring(type.indexOf('L') + 1, type.length() - 1));
            }
        }

        private void use(Handle handle) {
            refer(handle.getOwner());
            ClassScan.this.use(handle);
        }

        @Override
        public void visit(
                int version, int flags, String self, String signature, String superName, String[] interfaces) {
            access = flags;
            if (superName != null) {
                parents.add(superName);
            }
            parents.addAll(List.of(interfaces));
            parents.forEach(ClassScan.this::useType);
            parents.forEach(this::refer);
        }

        @Override
        public MethodVisitor visitMethod(
                int flags, String self, String descriptor, String signature, String[] exceptions) {
            if (self.equals("<init>") && descriptor.equals("()V")) {
                constructor = Optional.of(flags);
            }
            guards = 0;
            Map<Label, Integer> guarded = new HashMap<>();
            return new MethodVisitor(Opcodes.ASM9) {
                @Override
                public void visitLabel(Label label) {
                    guards += guarded.getOrDefault(label, 0);
                }

                @Override
                public void visitMethodInsn(
                        int opcode, String owner, String method, String methodDescriptor, boolean onInterface) {
                    if (ExitGuard.endsProcess(owner, method, methodDescriptor)) {
                        exitCallers.add(className);
                    }
                    refer(owner);
                    useMethod(owner, method, methodDescriptor, onInterface);
                }

                @Override
                public void visitInvokeDynamicInsn(
                        String method, String methodDescriptor, Handle bootstrap, Object... arguments) {
                    for (Object argument : arguments) {
                        if (argument instanceof Handle handle) {
                            Uses.this.use(handle);
                        }
                    }
                }

                @Override
                public void visitTypeInsn(int opcode, String type) {
                    refer(type);
                    useType(type);
                }

                @Override
                public void visitMultiANewArrayInsn(String type, int dimensions) {
                    refer(type);
                }

                @Override
                public void visitLdcInsn(Object value) {
                    if (value instanceof Type type && type.getSort() == Type.OBJECT) {
                        refer(type.getInternalName());
                    }
                }

                @Override
                public void visitTryCatchBlock(Label start, Label end, Label handler, String type) {
                    if (type != null) {
                        refer(type);
                    }
                    if (type != null && MISSING_CLASS.contains(type)) {
                        guarded.merge(start, 1, Integer::sum);
                        guarded.merge(end, -1, Integer::sum);
                    }
                }

                @Override
                public void visitFieldInsn(int opcode, String owner, String field, String fieldDescriptor) {
                    refer(owner);
                    useField(owner, field);
                }
            };
        }
    }
}
