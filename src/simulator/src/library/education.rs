//! 培训机构.

use super::{Category, Keyword, Title};

pub(super) const CATEGORY: Category = Category {
    id: 402,
    name: "培训机构",
    titles: &[
        Title {
            tid: 2301,
            title: "课程提醒",
            kind: 2,
            keywords: &[
                Keyword::new(1, "课程名称", "thing", "少儿书法入门"),
                Keyword::new(2, "上课时间", "time", "2025年6月15日 15:01"),
                Keyword::new(3, "上课地点", "thing", "三楼 302 教室"),
                Keyword::new(4, "授课老师", "name", "王老师"),
                Keyword::new(5, "学员姓名", "name", "张三"),
                Keyword::new(6, "剩余课时", "number", "12"),
                Keyword::new(7, "备注", "thing", "请自带毛笔和墨水"),
            ],
        },
        Title {
            tid: 2302,
            title: "课程报名成功通知",
            kind: 2,
            keywords: &[
                Keyword::new(1, "课程名称", "thing", "少儿书法入门"),
                Keyword::new(2, "报名日期", "date", "2025年6月1日"),
                Keyword::new(3, "开课日期", "date", "2025年7月1日"),
                Keyword::new(4, "课程费用", "amount", "¥1280.00"),
                Keyword::new(5, "联系电话", "phone_number", "020-66888866"),
                Keyword::new(6, "报名状态", "phrase", "报名成功"),
            ],
        },
        Title {
            tid: 2303,
            title: "作业批改完成通知",
            kind: 3,
            keywords: &[
                Keyword::new(1, "作业名称", "thing", "第三课 永字八法"),
                Keyword::new(2, "批改老师", "name", "王老师"),
                Keyword::new(3, "完成时间", "time", "2025年6月15日 20:30"),
                Keyword::new(4, "得分", "number", "95"),
                Keyword::one_of(5, "评级", &["优秀", "良好", "合格", "待改进"]),
            ],
        },
        Title {
            tid: 2304,
            title: "考试成绩通知",
            kind: 3,
            keywords: &[
                Keyword::new(1, "考试名称", "thing", "期末测验"),
                Keyword::new(2, "学员姓名", "name", "张三"),
                Keyword::new(3, "考试日期", "date", "2025-06-20"),
                Keyword::new(4, "总分", "number", "286.5"),
                Keyword::new(5, "等级", "letter", "A"),
            ],
        },
    ],
};
