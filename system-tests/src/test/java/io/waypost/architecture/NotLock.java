package io.waypost.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * No lock class, no synchronized method, no synchronized block. ArchUnit does not see blocks, so the
 * byte code is read for them.
 */
final class NotLock extends ArchCondition<JavaClass> {
  NotLock() {
    super("not lock");
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
      if (dependency.getTargetClass().getPackageName().equals("java.util.concurrent.locks")) {
        violated(type, dependency.getDescription(), events);
      }
    }
    type.getMethods().stream()
        .filter(method -> method.getModifiers().contains(JavaModifier.SYNCHRONIZED))
        .forEach(method -> violated(type, method.getFullName() + " is synchronized", events));
    type.getSource().ifPresent(source -> {
      try (InputStream bytes = source.getUri().toURL().openStream()) {
        new ClassReader(bytes).accept(new Monitors(type, events), ClassReader.SKIP_DEBUG);
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    });
  }

  private static void violated(JavaClass type, String what, ConditionEvents events) {
    events.add(SimpleConditionEvent.violated(type, what));
  }

  private static final class Monitors extends ClassVisitor {
    private final JavaClass type;
    private final ConditionEvents events;

    Monitors(JavaClass type, ConditionEvents events) {
      super(Opcodes.ASM9);
      this.type = type;
      this.events = events;
    }

    @Override
    public MethodVisitor visitMethod(
        int access,
        String name,
        String descriptor,
        @Nullable String signature,
        String @Nullable [] exceptions) {
      return new MethodVisitor(Opcodes.ASM9) {
        @Override
        public void visitInsn(int opcode) {
          if (opcode == Opcodes.MONITORENTER) {
            violated(type, type.getName() + "." + name + " has a synchronized block", events);
          }
        }
      };
    }
  }
}
