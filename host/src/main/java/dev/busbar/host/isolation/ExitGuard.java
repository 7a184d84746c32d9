package dev.busbar.host.isolation;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Rewrites direct calls that end the process ({@code System.exit}, {@code Runtime.exit}, {@code Runtime.halt}) to throw
 * an exception. Each call site is redirected to a small method added to the class itself, so that no stack map frame
 * changes. A guard against accidents, not malice: reflection gets around it. Stateless.
 */
final class ExitGuard {
    /** The method that is called instead, and throws. */
    static final String GUARD = "busbar$exitRefused";

    private static final String STATIC_CALL = "(I)V";
    private static final String RUNTIME_CALL = "(Ljava/lang/Runtime;I)V";
    private static final String MESSAGE = "a plugin must not end the process";

    private ExitGuard() {}

    static boolean endsProcess(String owner, String name, String descriptor) {
        boolean system = owner.equals("java/lang/System") && name.equals("exit");
        boolean runtime = owner.equals("java/lang/Runtime") && (name.equals("exit") || name.equals("halt"));
        return (system || runtime) && descriptor.equals("(I)V");
    }

    static byte[] rewrite(byte[] original) {
        ClassReader reader = new ClassReader(original);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        reader.accept(new Redirect(writer), 0);
        return writer.toByteArray();
    }

    private static final class Redirect extends ClassVisitor {
        private String owner = "";
        private boolean isInterface;

        Redirect(ClassVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public void visit(
                int version, int access, String name, String signature, String superName, String[] interfaces) {
            owner = name;
            isInterface = (access & Opcodes.ACC_INTERFACE) != 0;
            super.visit(version, access, name, signature, superName, interfaces);
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
            return new MethodVisitor(Opcodes.ASM9, next) {
                @Override
                public void visitMethodInsn(
                        int opcode, String target, String method, String methodDescriptor, boolean onInterface) {
                    if (endsProcess(target, method, methodDescriptor)) {
                        String guard = opcode == Opcodes.INVOKESTATIC ? STATIC_CALL : RUNTIME_CALL;
                        super.visitMethodInsn(Opcodes.INVOKESTATIC, owner, GUARD, guard, isInterface);
                    } else {
                        super.visitMethodInsn(opcode, target, method, methodDescriptor, onInterface);
                    }
                }
            };
        }

        @Override
        public void visitEnd() {
            addGuard(STATIC_CALL);
            addGuard(RUNTIME_CALL);
            super.visitEnd();
        }

        private void addGuard(String descriptor) {
            MethodVisitor method = super.visitMethod(
                    Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_SYNTHETIC, GUARD, descriptor, null, null);
            method.visitCode();
            method.visitTypeInsn(Opcodes.NEW, "java/lang/SecurityException");
            method.visitInsn(Opcodes.DUP);
            method.visitLdcInsn(MESSAGE);
            method.visitMethodInsn(
                    Opcodes.INVOKESPECIAL, "java/lang/SecurityException", "<init>", "(Ljava/lang/String;)V", false);
            method.visitInsn(Opcodes.ATHROW);
            method.visitMaxs(0, 0);
            method.visitEnd();
        }
    }
}
